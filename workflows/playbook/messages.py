"""What a run is started with and told. New fields always have defaults: old histories must load."""

from pydantic import BaseModel, ConfigDict

from playbooks.actions.approvals import ApprovalRule
from playbooks.cacao.course import PackedCourse
from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import RunId
from playbooks.domain.situation import Situation
from workflows.messages import Settled


class RunInput(BaseModel):
    """One run of a playbook; its contents are fixed by hash, so editing a file changes nothing here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    run: RunId
    content: str
    """SHA-256 of the playbook, under which its content is kept."""
    carried: dict[str, str] = {}
    """The playbooks that its steps run: from how a step names one to the hash of its content."""
    situation: Situation
    started: Entry
    """The entry that started the run; what the run does has its marking and audience."""
    settled: tuple[Settled, ...] = ()
    """What came to its end and is not recorded as a step's end yet."""
    judged: dict[str, Verdict] = {}
    decided: int = 0
    """How many decisions the run has taken."""
    rule: ApprovalRule | None = None
    """By which approvals are asked for, as when the run began."""
    course: PackedCourse | None = None
    """How far it has come, carried from the run before."""
    is_again: bool = False
    """Temporal lost the run: how far it had come is read from the record."""
