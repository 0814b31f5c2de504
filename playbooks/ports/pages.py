"""Pages that no vendor holds: what Muster's own pager remembers of each, so that the next level is called in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import EffectId, IncidentKey, OrganizationCode, PersonId
from playbooks.ports.paging import PageStatus


class Order(BaseModel):
    """What people ask of a page: that some be called for it, by name. A note names nobody."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    effect: EffectId
    """Whose order it is; the same twice is one."""
    people: tuple[PersonId, ...] = ()
    handed: bool = False
    """The page is theirs now: whoever had it has it no longer, and the next level waits for them."""
    called: bool = False
    """Whether they were, so that nothing is left to do."""


class OwnPage(BaseModel):
    """One page and how far it has come."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: EffectId
    incident: IncidentKey
    organization: OrganizationCode
    status: PageStatus = PageStatus.TRIGGERED
    calls: int = 0
    """How many levels were called, over all rounds."""
    level: int = 0
    """Which was called last; 0 is none yet."""
    due_at: AwareDatetime
    """When the next is to be called, while nobody has acknowledged."""
    orders: tuple[Order, ...] = ()
    """What people asked of it, in the order in which they did."""


class Pages(Protocol):
    """The memory of Muster's own pager. Every method raises Unavailable when it cannot be asked."""

    async def open(self, page: OwnPage) -> None:
        """Remember a page; one of that id that there is stays as it is."""

    async def page(self, id: EffectId) -> OwnPage | None:
        """The page of that id."""

    async def settle(self, id: EffectId, status: PageStatus) -> OwnPage | None:
        """Acknowledge or resolve; what is resolved stays so. None for a page that is not there."""

    async def order(self, id: EffectId, order: Order) -> OwnPage | None:
        """Remember an order, once; a page that is handed on is acknowledged by nobody. None where none is there.

        Of one that is resolved nothing is remembered.
        """

    async def carried_out(self, id: EffectId, order: EffectId) -> None:
        """Who was to be called by an order was called."""

    async def due(self, at: datetime) -> Sequence[OwnPage]:
        """Those whose next level is to be called, or somebody by name; the longest overdue first."""

    async def called(self, page: OwnPage, level: int, due_at: datetime) -> None:
        """A level was called; the next is due then. Nothing where this was noted of the same page before."""
