"""A case while it is folded: what grows with the incident is copied once, not once for each entry."""

from collections.abc import Callable
from dataclasses import dataclass, field

from playbooks.domain.case import Consultation, Effect, Run, Step
from playbooks.domain.entry import Entry
from playbooks.domain.evidence import Evidence
from playbooks.domain.ids import ConsultationId, EvidenceId, TaskId
from playbooks.domain.incident import IncidentState
from playbooks.domain.review import ReviewState
from playbooks.domain.run import Move
from playbooks.domain.task import Task
from playbooks.domain.tenure import Tenure


@dataclass(slots=True)
class Changing:
    """What of a run grows, while it is folded."""

    moves: list[Move]
    steps: dict[str, Step]


@dataclass(slots=True)
class Folding:
    """A case while it is folded: its own copies, changed in place."""

    state: IncidentState
    title: str
    review: ReviewState
    tenures: tuple[Tenure, ...]
    tasks: dict[TaskId, Task]
    consultations: dict[ConsultationId, Consultation]
    runs: dict[str, Run]
    effects: dict[str, Effect]
    evidence: dict[EvidenceId, Evidence]
    texts: dict[str, dict[str, str]]
    changing: dict[str, Changing] = field(default_factory=dict)
    """The runs that are changed here, by id."""

    def change(self, run: Run) -> Changing:
        """What a run grows by, copied for its first change here and not for each: it may have ten thousand steps."""
        if run.id not in self.changing:
            self.changing[run.id] = Changing(list(run.moves), dict(run.steps))
        return self.changing[run.id]

    def freeze(self) -> None:
        """Nothing more comes: put what was changed where it belongs."""
        for id, changed in self.changing.items():
            grown = {"moves": tuple(changed.moves), "steps": changed.steps}
            self.runs[id] = self.runs[id].model_copy(update=grown)


Change = Callable[[Folding, Entry], None]
"""What an entry of one kind changes."""
