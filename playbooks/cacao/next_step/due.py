"""What is to be done now: plain values that whoever drives the run turns into tasks, effects, timers and questions."""

from datetime import timedelta
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.extension import StepNotes
from playbooks.cacao.model import AgentTarget, Command, Identifier
from playbooks.cacao.next_step.progress import Execution, Value
from playbooks.domain.saying import Saying


class DueBase(BaseModel):
    """`key` is unique in the run and stays the same as long as the thing is due: it names task, timer or activity."""

    model_config = ConfigDict(frozen=True)

    key: str
    execution: Execution
    step_id: Identifier
    name: str
    """What people call the step."""


class Ask(BaseModel):
    """One variable that the step is to fill."""

    model_config = ConfigDict(frozen=True)

    name: str
    type: str
    description: str = ""
    choices: tuple[str, ...] = ()
    """The only values it takes; empty for free ones."""


class ActionDue(DueBase):
    """Commands to run in order. None at all make it a task for a person, which the name and description say."""

    description: str
    commands: tuple[Command, ...]
    agent: AgentTarget | None
    """None: the incident commander (docs/decisions/cacao-wild-documents.md)."""
    targets: tuple[AgentTarget, ...]
    in_args: dict[str, Value]
    asks: tuple[Ask, ...]
    notes: StepNotes
    doubt: Saying | str
    """Why no machine may run this and a person must; empty if there is no such reason in the playbook itself."""
    timeout: timedelta
    """After this, settle with `timeout`. A step without one gets the engine's longest."""


class SubPlaybookDue(DueBase):
    """Another playbook to run to its end; its variables named in `out_args` come back."""

    playbook_id: Identifier
    playbook_version: str | None
    """None: the newest known."""
    in_args: dict[str, Value]
    out_args: tuple[str, ...]
    notes: StepNotes
    timeout: timedelta


class DelayDue(DueBase):
    """Time to let pass; then settle with success, and the step begins."""

    delay: timedelta


class DeadlineDue(DueBase):
    """A step with open branches has a time-out: when it passes, settle with `timeout` and the branches end."""

    timeout: timedelta


class QuestionKind(StrEnum):
    """What a question decides."""

    CONDITION = "condition"
    SWITCH = "switch"


class QuestionDue(DueBase):
    """A condition that no machine can decide: prose, or about a value nobody has given. Settle with an `answer`."""

    kind: QuestionKind
    text: str
    """The condition as it stands in the playbook."""
    why: Saying | str
    choices: tuple[str, ...]
    timeout: timedelta


class DecisionDue(DueBase):
    """A step failed and the playbook says nothing of it: the incident commander decides to `retry`, `skip` or fail."""

    reason: Saying | str


Due = ActionDue | SubPlaybookDue | DelayDue | DeadlineDue | QuestionDue | DecisionDue
