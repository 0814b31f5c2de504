"""A task: something that one person of one organization does, with an owner and a due time."""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.function import Function, Office
from playbooks.domain.ids import OrganizationCode, PersonId, TaskId


class TaskStatus(StrEnum):
    """Where a task stands. Work asked of another organization begins as a request that it accepts or declines."""

    REQUESTED = "requested"
    OPEN = "open"
    DONE = "done"
    DECLINED = "declined"
    HANDED_OVER = "handed_over"
    WITHDRAWN = "withdrawn"
    """Whoever asked for it wants it no longer."""


ESCALATES_AFTER = timedelta(minutes=30)
"""A task that is overdue for so long is told to the lead too, and wakes somebody where the incident's severity does."""


class Question(BaseModel):
    """One thing that a task asks: a variable of the playbook, without its underscores."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    type: str = "string"
    """As in CACAO 2.0, §10.18.4."""
    choices: tuple[str, ...] = ()
    """The only answers there are, one of which must be given; empty for one that may be left out."""


class Task(BaseModel):
    """One task of an organization's part; its words stand in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: TaskId
    organization: OrganizationCode
    status: TaskStatus
    function: Function = Function.CYBER
    office: Office | None = None
    """The office whose work it is: nobody else of the organization takes it (document 002, §16)."""
    owner: PersonId | None = None
    due_at: AwareDatetime | None = None
    requested_by: OrganizationCode
    entry: str
    """The entry whose `text` says what is to be done."""
    origin: str = ""
    """What waits for it: `<workflow id>|<occasion>`; or the task that was handed over."""
    answers: tuple[str, ...] = ()
    """The choices that whoever finishes it must choose from; empty when there is nothing to answer."""
    answer: str = ""
    asks: tuple[Question, ...] = ()
    """What it asks, where that is more than one choice."""
    given: dict[str, str | None] = {}
    """The answers by question; None for one whose words stand in the record at `told_in`."""
    told_in: str = ""
    """The entry with which it was finished, where it asked something, or declined, with the reason."""
    shown_under: str = ""
    """The mandate under which whoever works the part has it, `M-1`; empty while nobody else does."""
    hand_to: tuple[str, ...] = ()
    """To whom the result goes outside of the incident, by function: the Designated Official of a duty station."""
    station: str = ""
    """Of which duty station, a code such as `NBO`."""
    outlasts: bool = False
    """It stays to be done, or declined with a reason, when the incident is closed."""
    reminded: bool = False
    escalated: bool = False

    @property
    def calls_at(self) -> datetime | None:
        """When somebody is told next that it waits: at its due time, and once more when that did not help."""
        if self.due_at is None or self.escalated:
            return None
        return self.due_at + ESCALATES_AFTER if self.reminded else self.due_at

    def handed_over(self, owner: str, at: datetime) -> dict[str, Any]:
        """What another organization's part is asked for with it, as arguments of `task.add`.

        By when it is due goes along while that lies ahead. An office does not: work of one is for its people alone
        (document 002, §16), so that `task.assign` gives such a task to nobody elsewhere, and what goes to a duty
        station or outlasts the incident is an office's.
        """
        left = self.due_at - at if self.due_at else timedelta()
        return {
            "function": self.function.value,
            "owner": owner,
            "origin": self.origin or self.id,
            "answers": list(self.answers),
            "asks": [each.model_dump(mode="json") for each in self.asks],
            **({"due_minutes": minutes} if (minutes := left // timedelta(minutes=1)) > 0 else {}),
        }

    @property
    def is_settled(self) -> bool:
        """Nobody will do more on it."""
        return self.status not in (TaskStatus.REQUESTED, TaskStatus.OPEN)


class PartState(BaseModel):
    """One organization's part in an incident: its tasks; codes only."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organization: OrganizationCode
    lead: OrganizationCode
    tasks: dict[TaskId, Task] = {}

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What still waits for somebody, in the order of coming."""
        return tuple(task for task in self.tasks.values() if not task.is_settled)

    @property
    def outlasting(self) -> tuple[Task, ...]:
        """What stays to be done when the incident is closed."""
        return tuple(task for task in self.open_tasks if task.outlasts)
