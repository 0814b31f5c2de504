"""Paging: one service of one organization's pager. Errors as in `write.py`."""

from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.on_call import Ladder
from playbooks.domain.seen import SeenAs
from playbooks.ports.write import Made, Message, Write


class PageStatus(StrEnum):
    """Where a page stands."""

    TRIGGERED = "triggered"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


SEEN_AS: dict[PageStatus, SeenAs] = {
    PageStatus.TRIGGERED: SeenAs.FRESH,
    PageStatus.ACKNOWLEDGED: SeenAs.IN_HAND,
    PageStatus.RESOLVED: SeenAs.OVER,
}
"""How a page of each status is seen."""


class Trigger(Message):
    """Wake whoever is on call; the effect id is the deduplication key, the document's title the summary."""

    severity: Severity = Severity.CRITICAL


class Acknowledge(Write):
    """Say that somebody is at it; `page` is the `ref` that the trigger gave."""

    page: str


class Resolve(Write):
    """Say that it is over; `page` is the `ref` that the trigger gave."""

    page: str


class Reassign(Write):
    """Give a page to these people, and to nobody else."""

    page: str
    people: tuple[PersonId, ...]


class AddResponders(Write):
    """Ask further people to help with a page; whoever was asked already is not asked again."""

    page: str
    people: tuple[PersonId, ...]


class Note(Message):
    """Write a note on a page."""

    page: str


class OnCall(BaseModel):
    """Who is on call now, as the pager knows it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    """The person's account with the pager."""
    level: int = 1
    """1 is called first."""
    until: AwareDatetime | None = None


class PlannedShift(BaseModel):
    """Who is to be called at a level, from when until when: as it is planned, and may yet be changed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account: str
    """The person's account with the pager."""
    level: int = 1
    start_at: AwareDatetime
    end_at: AwareDatetime


class PagingPort(Protocol):
    """One service of one pager."""

    async def trigger(self, request: Trigger) -> Made:
        """Trigger a page. The same effect id while it is open adds to it and wakes nobody twice."""

    async def acknowledge(self, request: Acknowledge) -> Made:
        """Acknowledge a page; one that is acknowledged or resolved stays so. An unknown one is Permanent."""

    async def resolve(self, request: Resolve) -> Made:
        """Resolve a page; one that is resolved stays so. An unknown one is Permanent."""

    async def reassign(self, request: Reassign) -> Made:
        """Give a page to people; those without an account are missing, and with none left it is Permanent."""

    async def add_responders(self, request: AddResponders) -> Made:
        """Ask people to help; those without an account are missing, and with none left it is Permanent."""

    async def note(self, request: Note) -> Made:
        """Write a note. An unknown page is Permanent. The same twice makes two notes: look first."""

    async def find_note(self, request: Note) -> Made | None:
        """The oldest note that this very request wrote, None when none is found (yet)."""

    async def who_is_on_call(self) -> tuple[OnCall, ...]:
        """Who is on call now, level by level; empty when nobody is."""

    async def planned(self, since_at: datetime, until_at: datetime) -> tuple[PlannedShift, ...]:
        """Every shift that reaches into this span, cut to it, the earliest first; nothing where nothing is planned."""


@runtime_checkable
class Laddered(Protocol):
    """A pager that tells how it is set up."""

    async def ladder(self) -> Ladder:
        """The service that is paged, its escalation policy, and the schedules that this calls by."""
