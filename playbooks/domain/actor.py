"""Who carries a command: a person of an organization, or a machine that is named."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.function import Office
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.organization import Duty, Person


class ActorKind(StrEnum):
    """What stands behind a command."""

    PERSON = "person"
    ALERT = "alert"
    PLAYBOOK = "playbook"
    TIMER = "timer"
    OPERATOR = "operator"
    VENDOR = "vendor"
    """An account of a connected vendor, of nobody in the directory."""
    GUEST = "guest"
    """A person of a vendor on retainer: no organization's, and so entitled to nothing that theirs are."""


OWN_HANDLES = frozenset({"operator", "timer", "pager", "review", "matching", "watchdog", "reconciler", "me"})
"""What Muster's own parts sign with, and how one names oneself: no person may be called so, or read as their author."""


class Actor(BaseModel):
    """The author of a command, an event or an effect; codes only, so that it may travel anywhere."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    kind: ActorKind
    organization: OrganizationCode
    office: Office | None = None
    duties: tuple[Duty, ...] = ()
    via: ConnectionId | None = None
    """The connection that it was said over; None for Muster's own rooms. Decides what it may do."""

    @classmethod
    def of(cls, person: Person) -> "Actor":
        """The actor that a person of the directory is."""
        return cls(
            id=person.id,
            kind=ActorKind.GUEST if is_vendor(person.organization) else ActorKind.PERSON,
            organization=person.organization,
            office=person.office,
            duties=person.duties,
        )
