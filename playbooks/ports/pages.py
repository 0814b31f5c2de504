"""Pages that no vendor holds: what Muster's own pager remembers of each, so that the next level is called in time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import EffectId, IncidentKey, OrganizationCode
from playbooks.ports.paging import PageStatus


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


class Pages(Protocol):
    """The memory of Muster's own pager. Every method raises Unavailable when it cannot be asked."""

    async def open(self, page: OwnPage) -> None:
        """Remember a page; one of that id that there is stays as it is."""

    async def page(self, id: EffectId) -> OwnPage | None:
        """The page of that id."""

    async def settle(self, id: EffectId, status: PageStatus) -> OwnPage | None:
        """Acknowledge or resolve; what is resolved stays so. None for a page that is not there."""

    async def due(self, at: datetime) -> Sequence[OwnPage]:
        """Those whose next level is to be called, the longest overdue first."""

    async def called(self, page: OwnPage, level: int, due_at: datetime) -> None:
        """A level was called; the next is due then. Nothing where this was noted of the same page before."""
