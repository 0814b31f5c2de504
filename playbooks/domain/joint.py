"""Joint rooms: one conversation of several organizations, each in a room on its own platform.

What is said in one of its rooms is carried to the others as far as `release` lets it go there. An organization's own
room (`rooms.py`) is its own: nothing is carried from it.
"""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.release import PARTIES, UNATTRIBUTED
from playbooks.domain.rooms import Room


class Seat(BaseModel):
    """The room of one organization in a joint room."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organization: OrganizationCode
    room: Room
    since: AwareDatetime
    """What was said before was not carried there."""


class JointRoom(BaseModel):
    """One conversation, whose rooms hear each other."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    opened_by: str
    """The entry that opened it, which is posted first in each of its rooms."""
    organizations: tuple[OrganizationCode, ...] = ()
    """Who takes part; empty for every party, also of those who join later."""
    unattributed: bool = False
    """Under the Chatham House Rule: who said it, and where, is carried nowhere (document 004, §5)."""
    seats: tuple[Seat, ...] = ()

    def is_for(self, organization: OrganizationCode) -> bool:
        """Whether an organization takes part, if it is a party; a vendor where it is named."""
        return organization in self.organizations or not (self.organizations or is_vendor(organization))

    @property
    def audience(self) -> tuple[str, ...]:
        """Who may know of what is said here."""
        return (*(self.organizations or (PARTIES,)), *((UNATTRIBUTED,) if self.unattributed else ()))

    def seated(self, organization: OrganizationCode, room: Room, at: AwareDatetime) -> "JointRoom":
        """The same with one seat more; Muster's own room shows the record and takes none, nor is one taken twice."""
        taken = any(seat.room.connection == room.connection for seat in self.seats)
        if not room.connection or taken:
            return self
        seat = Seat(organization=organization, room=room, since=at)
        return self.model_copy(update={"seats": (*self.seats, seat)})

    def without(self, organization: OrganizationCode, connection: ConnectionId | None = None) -> "JointRoom":
        """The same without an organization's seats, or without its seat on one connection."""
        kept = (
            seat
            for seat in self.seats
            if seat.organization != organization or connection not in (None, seat.room.connection)
        )
        return self.model_copy(update={"seats": tuple(kept)})
