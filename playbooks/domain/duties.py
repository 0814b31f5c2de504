"""Reporting duties: the clocks that run in an incident, with the terms that they had when they started."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.clocks import Approver, Trigger
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind


class DutyStatus(StrEnum):
    """How a reporting duty stands."""

    RUNNING = "running"
    APPROVED = "approved"
    """What is reported is approved, and not yet with the receiver."""
    MET = "met"
    WAIVED = "waived"
    """Not reportable, as who approves decided, with the reason in the record."""


WARNED_AT: Final = (0.5, 0.9, 1.0)
"""The parts of its time after which a duty is told of: when half is gone, when it is nearly over, when it is missed."""


class ReportingDuty(BaseModel):
    """A clock that runs in an incident, with its terms as they were when it started."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`D-1`."""
    organization: OrganizationCode
    clock: str
    trigger: Trigger
    receiver: str
    time_zone: str
    approves: Approver
    policy: str
    started_at: AwareDatetime
    """When the organization knew; not when it said so."""
    due_at: AwareDatetime
    status: DutyStatus = DutyStatus.RUNNING
    warned: int = 0
    """How many of `WARNED_AT` have been told."""
    approved_by: PersonId | None = None
    settled_at: AwareDatetime | None = None
    """When it was met, as declared, or waived."""

    @property
    def is_owed(self) -> bool:
        """Neither met nor waived."""
        return self.status in (DutyStatus.RUNNING, DutyStatus.APPROVED)

    @property
    def is_late(self) -> bool:
        """Met after its time."""
        return self.status is DutyStatus.MET and self.settled_at is not None and self.settled_at > self.due_at

    @property
    def warns_at(self) -> datetime | None:
        """When it is told of next; None when nothing more is to be told."""
        if not self.is_owed or self.warned >= len(WARNED_AT):
            return None
        return self._moment(WARNED_AT[self.warned])

    def passed(self, at: datetime) -> int:
        """How many of `WARNED_AT` lie behind: one who declares late is told the last of them, not all."""
        return sum(self._moment(part) <= at for part in WARNED_AT)

    def _moment(self, part: float) -> datetime:
        return self.started_at + (self.due_at - self.started_at) * part


Duties = dict[str, ReportingDuty]


def evolve_duties(duties: Duties, entry: Entry) -> Duties:
    """The duties after one more entry."""
    if entry.kind == Kind.DUTY_START:
        started = ReportingDuty.model_validate({**entry.data, "id": entry.data["duty"]})
        return {**duties, started.id: started}
    duty, change = duties.get(entry.data["duty"]), _DUTY[entry.kind]
    return duties if duty is None else {**duties, duty.id: duty.model_copy(update=change(entry))}


_DUTY: dict[str, Callable[[Entry], dict[str, Any]]] = {
    Kind.DUTY_WARN: lambda e: {"warned": e.data["stage"]},
    Kind.DUTY_MISS: lambda e: {"warned": e.data["stage"]},
    Kind.DUTY_APPROVE: lambda e: {"status": DutyStatus.APPROVED, "approved_by": PersonId(e.actor.id)},
    Kind.DUTY_MEET: lambda e: {
        "status": DutyStatus.MET,
        "settled_at": datetime.fromisoformat(e.data["met_at"]),
    },
    Kind.DUTY_WAIVE: lambda e: {"status": DutyStatus.WAIVED, "settled_at": e.at},
}

DUTY_KINDS: Final = (Kind.DUTY_START, *_DUTY)
"""The kinds that change reporting duties."""
