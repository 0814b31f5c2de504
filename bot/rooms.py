"""Which incident a room of a chat system is about, and which conversation: the effect that opened it says so."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from playbooks.actions.joint import joint_of
from playbooks.domain.connection import Connection
from playbooks.domain.errors import ProviderError
from playbooks.domain.ids import EffectId, IncidentKey

_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said."""

    incident: IncidentKey | None = None
    joint: str = ""
    """The joint room whose room it is; empty for an organization's own room."""


class RoomIncidents:
    """The incidents of one connection's rooms; what opened a room never changes, so it is asked once."""

    def __init__(
        self, connection: Connection, opened_by: Callable[[str], Awaitable[EffectId | None]]
    ) -> None:
        self._opener = f"{connection.id}/"
        self._opened_by = opened_by
        self._known: dict[str, Place] = {}

    async def incident(self, room: str) -> IncidentKey | None:
        """The room's incident; None where there is none, or where the chat system does not say just now."""
        return (await self.place(room)).incident

    async def place(self, room: str) -> Place:
        """What the room is; nothing where the chat system does not say just now."""
        if room not in self._known:
            try:
                opener = await self._opened_by(room)
            except ProviderError:
                return Place()
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[room] = self._place(opener)
        return self._known[room]

    def _place(self, opener: EffectId | None) -> Place:
        if opener is None or not opener.startswith(self._opener):
            return Place()
        incident, _, asked = opener.removeprefix(self._opener).partition("/")
        return Place(IncidentKey(incident), joint_of(asked.partition("/")[2]))
