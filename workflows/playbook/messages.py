"""What a run is started with and told."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import RunId
from playbooks.domain.situation import Situation
from workflows.messages import Settled


class RunInput(BaseModel):
    """One run of a playbook; its content is fixed by hash, so editing the file changes nothing here."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    run: RunId
    content: str
    """SHA-256 of the playbook, under which its content is kept."""
    situation: Situation
    started: Entry
    """The entry that started the run; what the run does has its marking and audience."""
    settled: tuple[Settled, ...] = ()
    """What came to its end before Temporal lost the run; it is walked again with that in hand."""
