"""How far a playbook has come: small, frozen, and the same after a trip through JSON."""

from collections.abc import Mapping
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.model import Identifier
from playbooks.domain.saying import Saying

Execution = str
"""One time that a step is run: `step id#1`, the second round of a while `step id#2`, and so on."""

Value = str | None


class StepStatus(StrEnum):
    """How one execution of a step stands; the words of CACAO's execution status where it has one."""

    ONGOING = "ongoing"
    AWAIT_USER_INPUT = "await_user_input"
    SUCCESSFULLY_EXECUTED = "successfully_executed"
    FAILED = "failed"
    TIMEOUT_ERROR = "timeout_error"
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"


class Phase(StrEnum):
    """What an active step waits for."""

    DELAY = "delay"
    """Its delay to pass."""
    DUE = "due"
    """Its work to be done, or its question answered."""
    OPEN = "open"
    """Its branches to end."""
    STOPPED = "stopped"
    """The incident commander's decision, after a failure that nothing in the playbook handles."""


class Result(StrEnum):
    """How something that was due came out."""

    SUCCESS = "success"
    FAILURE = "failure"
    TIMEOUT = "timeout"
    SKIP = "skip"
    """Someone decided to go on without it; counts as success."""
    RETRY = "retry"
    """Only after a stop: run the step again."""


class Outcome(BaseModel):
    """What came of something that was due. `out_args` count only with success; `answer` is for questions."""

    model_config = ConfigDict(frozen=True)

    result: Result = Result.SUCCESS
    out_args: Mapping[str, Value] = {}
    answer: str = ""
    reason: Saying | str = ""
    """A code (`not_approved`), or a text of the catalogue."""
    acted: bool = False
    """Of a failure: part of the work was done, or may have been; then it is undone like what succeeded."""


class Active(BaseModel):
    """A step that has begun and not ended."""

    model_config = ConfigDict(frozen=True)

    step: Identifier
    phase: Phase
    within: Execution | None = None
    """The execution whose branch this is; None on the main line."""
    is_broken: bool = False
    """Its branch has failed already: this is what `workflow_exception` does about it."""
    branches: int = 0
    """How many of its own branches are still open."""
    is_hurt: bool = False
    """One of its branches ended as failed."""
    rounds: int = 0
    """Of a while: how often its body has ended."""
    values: dict[str, Value] = {}
    """Its step variables as they stand."""
    seen: dict[str, Value] = {}
    """The values it was given when its work became due: what is asked of people does not change under their hands."""
    reason: Saying | str = ""
    """Why it asks, or why it was stopped."""


class Progress(BaseModel):
    """The state of a run between two outcomes."""

    model_config = ConfigDict(frozen=True)

    values: dict[str, Value]
    """The playbook's variables as they stand."""
    active: dict[Execution, Active] = {}
    """In the order in which they began."""
    statuses: dict[Identifier, tuple[StepStatus, ...]] = {}
    """For each step that was reached, how each of its executions stands."""
    undoable: tuple[Execution, ...] = ()
    """Executions that succeeded and say how they are undone, in the order in which they did."""
    executions: int = 0
    is_finished: bool = False
    is_failed: bool = False

    def status(self, step: Identifier) -> StepStatus | None:
        """How a step stands, by its latest execution; None if it was never reached."""
        statuses = self.statuses.get(step)
        return statuses[-1] if statuses else None
