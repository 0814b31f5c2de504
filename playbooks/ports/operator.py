"""Whoever keeps this installation running, and must hear of what no workflow can mend."""

from enum import StrEnum
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import ConnectionId, EffectId, IncidentKey


class Trouble(StrEnum):
    """What kind of trouble it is."""

    DENIED = "denied"
    """The vendor refuses the connection's credential: nothing goes out there until somebody mends it."""
    GONE = "gone"
    """An account that the directory names was deactivated; whoever keeps the directory takes it out (`detail`)."""
    UNKNOWN = "unknown"
    """Nobody can tell whether an effect happened; `asked` is to find out."""


class Concern(BaseModel):
    """One trouble with one effect, or with a connection as a whole; codes only."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trouble: Trouble
    effect_id: EffectId | None = None
    action: str
    connection: ConnectionId
    incident: IncidentKey | None = None
    """None, as the effect, where it is about all that goes over the connection."""
    asked: str
    """The person who is to look into it, or `<organization>:on_call`."""
    detail: str


class Operator(Protocol):
    """Told at least once of every concern."""

    async def tell(self, concern: Concern) -> None:
        """Take note of a concern; the same one may be told again."""
