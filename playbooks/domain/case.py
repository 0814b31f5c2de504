"""What the entries of one incident say, folded: its tasks, consultations, runs, effects and evidence."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from playbooks.domain.consultation import Answer, Question, Tally, tally
from playbooks.domain.evidence import Evidence
from playbooks.domain.ids import ConsultationId, EvidenceId, TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.review import ReviewState
from playbooks.domain.run import Move
from playbooks.domain.seen import SeenAs
from playbooks.domain.task import Task
from playbooks.domain.tenure import Tenure


class Consultation(BaseModel):
    """A question with the answers so far."""

    model_config = ConfigDict(frozen=True)

    question: Question
    answers: tuple[Answer, ...] = ()
    closed: Tally | None = None
    """How it ended; what is answered afterwards changes nothing."""

    @property
    def outcome(self) -> str:
        """`open`, or how it ended."""
        return self.closed.outcome if self.closed else "open"

    @property
    def tally(self) -> Tally:
        """How the answers stand, or stood when it was closed."""
        return self.closed or tally(self.question, self.answers)


class Step(BaseModel):
    """One step of a run, as far as it has come."""

    model_config = ConfigDict(frozen=True)

    key: str
    name: str
    at: datetime
    outcome: str = "running"


class Run(BaseModel):
    """One run of a playbook."""

    model_config = ConfigDict(frozen=True)

    id: str
    playbook: str
    started_at: datetime
    outcome: str = "running"
    content: str = ""
    """The hash of its playbook."""
    carried: dict[str, str] = {}
    """The playbooks that its steps run: from how a step names one to the hash of its content."""
    given: dict[str, str] = {}
    """What was given along, by plain name."""
    moves: tuple[Move, ...] = ()
    """What moved it on, in the order of the record; `playbooks.cacao.course` says where that leads."""
    steps: dict[str, Step] = {}


class Effect(BaseModel):
    """One effect on the world, as far as it is known."""

    model_config = ConfigDict(frozen=True)

    id: str
    action: str
    connection: str
    simulated: bool
    """Nothing outside was reached; shown as "not connected"."""
    at: datetime
    state: str = "intended"
    vendor_ref: str = ""
    url: str = ""
    listing: str = ""
    """Where its vendor lists everything of the incident."""
    detail: str = ""
    ended_at: datetime | None = None
    about: str = ""
    """The effect that made what this one changes."""
    wanted: str = ""
    """The status that it is to bring about."""
    heard_as: SeenAs = SeenAs.FRESH
    """How what it made stood when somebody last changed it there, as far as we were told."""
    heard_said: str = ""
    heard: int = 0
    """How often its vendor told us of it."""
    severity: str = ""
    assignee: str = ""
    """Of a ticket, as we set them there last."""
    topic: str = ""
    """Of a room, as we set it there."""
    remarks: tuple[str, ...] = ()
    """The comments and files of others that were told."""
    told_said: str = ""
    """What was said of it there when that was told."""
    told: str = ""
    """What people were told last of how it agrees with the incident; `playbooks.domain.reconciling.Finding`."""
    looks: int = 0
    """How often that was recorded."""

    @property
    def is_routine(self) -> bool:
        """A message that went out as it should: counted, not listed."""
        return self.action.startswith("message.") and self.state == "done"


class Case(BaseModel):
    """Everything that the entries of one incident say, for whoever may read them."""

    model_config = ConfigDict(frozen=True)

    state: IncidentState
    title: str = ""
    tasks: dict[TaskId, Task] = {}
    consultations: dict[ConsultationId, Consultation] = {}
    runs: dict[str, Run] = {}
    effects: dict[str, Effect] = {}
    evidence: dict[EvidenceId, Evidence] = {}
    texts: dict[str, dict[str, str]] = {}
    """People's words by the id of the entry they stand in, of the kinds that are folded; a note is read by itself."""
    review: ReviewState = ReviewState()
    tenures: tuple[Tenure, ...] = ()
    """Who held which role when, in the order of beginning."""

    @property
    def open_tasks(self) -> tuple[Task, ...]:
        """What still waits for somebody, in the order of coming."""
        return tuple(task for task in self.tasks.values() if not task.is_settled)

    @property
    def open_consultations(self) -> tuple[Consultation, ...]:
        """The questions still open."""
        return tuple(c for c in self.consultations.values() if c.outcome == "open")
