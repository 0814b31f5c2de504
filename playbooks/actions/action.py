"""An action: one thing that may be asked of the outside, with all that the door must know of it."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict

from playbooks.actions.means import How
from playbooks.actions.times import TIMES, Times
from playbooks.domain.connection import PortName, Vendor
from playbooks.domain.function import Function
from playbooks.ports.write import Write

COMPOSED: Final = ("document", "call", "file", "letters")
"""Fields of requests that are filled at the door, by the release rule."""


class Level(StrEnum):
    """What a repeat or an omission would cost; decides what an unknown outcome leads to."""

    ROUTINE = "routine"
    """A repeat is a nuisance: at least once."""
    PAGING = "paging"
    """An omission may cost the incident: at least once."""
    CONTAINMENT = "containment"
    """A repeat may do harm: at most once, and a person decides."""
    DESTRUCTIVE = "destructive"
    """It cannot be taken back: at most once, and a person decides."""

    @property
    def may_repeat(self) -> bool:
        """Whether an omission is worse than a repeat."""
        return self in (Level.ROUTINE, Level.PAGING)


class Action(BaseModel):
    """One row of the registry."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """`object.verb`."""
    port: PortName
    method: str
    """Of the port's Protocol."""
    request: type[Write]
    """What the method takes."""
    how: Mapping[Vendor, How]
    """What each vendor of the port allows."""
    level: Level = Level.ROUTINE
    function: Function = Function.COORDINATION
    find: str | None = None
    """The port's method that looks the effect up; takes the same request."""
    undo: str | None = None
    """The action that takes it back, as far as it can be."""

    @property
    def times(self) -> Times:
        """How long it may take; the same for every action of a port."""
        return TIMES[self.port]

    @property
    def composed(self) -> str | None:
        """The field that is composed when it is sent: the words of a message or of several, a call, a file."""
        return next((name for name in COMPOSED if name in self.request.model_fields), None)
