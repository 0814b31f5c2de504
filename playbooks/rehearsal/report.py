"""What a rehearsal showed: one documented object (docs/rehearsal.md), read from the record of its incident."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True)


class Ending(StrEnum):
    """How a run ended, for whoever must decide on the playbook."""

    SUCCESSFUL = "successful"
    UNDONE = "undone"
    """It failed or was aborted, and nothing that says how it is undone was left standing."""
    STANDING = "standing"
    """It failed or was aborted, and something that could be taken back still stands."""
    STUCK = "stuck"
    """It never ended: nothing moved it any more."""


class Passed(_Part):
    """One time that a step was carried out."""

    number: str
    """As `muster playbook show` numbers it; empty for a step of a playbook that a step ran."""
    step: str
    """Its id."""
    name: str
    began_ms: int
    """Milliseconds from the start of the run, like every time here."""
    ended_ms: int | None
    outcome: str
    """`success`, `failure`, `timeout`, `skip`; `open` for one that never ended."""
    is_undo: bool = False


class ClockKind(StrEnum):
    """What ran out."""

    TASK = "task"
    """Somebody did it late, or never: its owner was reminded."""
    CONSULTATION = "consultation"
    """Its deadline passed before everybody had answered."""
    STEP = "step"
    """The step's own time was over, and it was given up."""
    UPDATE = "update"
    """A status update was owed."""


class Clock(_Part):
    """A clock that would have run out."""

    kind: ClockKind
    name: str
    """Of the step."""
    organization: str
    at_ms: int


class AskedKind(StrEnum):
    """What is asked of people beside doing something."""

    ANSWER = "answer"
    """Whoever does a task says what came of it."""
    CONSULTATION = "consultation"
    CONDITION = "condition"
    """A condition that no machine decides; the commander does."""
    DECISION = "decision"
    """A step failed and the playbook says nothing of it; the commander decides."""


class Asked(_Part):
    """Something that people chose."""

    kind: AskedKind
    step: str
    name: str
    question: str = ""
    """Of a task that asks several things, which of them."""
    options: tuple[str, ...]
    chosen: dict[str, str]
    """By organization; one that never answered is missing."""
    at_ms: int


class Refusal(_Part):
    """A command that Muster refused in the course of it, which a playbook should not lead to."""

    at_ms: int
    organization: str
    verb: str
    rule: str


class Report(_Part):
    """One rehearsal of one playbook."""

    playbook: str
    """Its id."""
    name: str
    ending: Ending
    outcome: str
    """As the run recorded it; `stuck` where it never did."""
    took_ms: int
    organizations: tuple[str, ...]
    path: tuple[Passed, ...]
    unreached: tuple[str, ...]
    """Names of the steps that do something and were never begun, with their numbers."""
    asked: tuple[Asked, ...]
    clocks: tuple[Clock, ...]
    waiting: tuple[str, ...] = ()
    """Of a run that is stuck: what it waits for."""
    standing: tuple[str, ...] = ()
    """Of a run that failed: steps that could be taken back and were not."""
    refused: tuple[Refusal, ...] = ()
    effects: dict[str, int] = {}
    """How often each action was done in the simulated world."""
    failed_effects: tuple[str, ...] = ()
    """Actions that came to nothing, with whose connection it was."""
