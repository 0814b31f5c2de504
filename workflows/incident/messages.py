"""What the incident workflow is started with and told. New fields always have defaults: old histories must load."""

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectRequest
from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.incident import IncidentState
from workflows.messages import Wanted


class IncidentInput(BaseModel):
    """The state to begin with: empty before `declare`, the fold of the record after a rebuild, carried on otherwise."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: IncidentState
    judged: dict[str, Verdict] = {}
    """Recent commands and their verdicts: Temporal forgets update ids when a run continues as new."""
    decided: int = 0
    """How many decisions the incident has taken, refusals included."""
    undone: tuple[EffectRequest, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    due: tuple[Entry, ...] = ()
    """Entries whose consequences were not drawn yet."""


class RunEnded(BaseModel):
    """A playbook's run came to its end."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    run: str
    outcome: str


class ConsultationEnded(BaseModel):
    """A consultation was decided, answered by all, or expired."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    consultation: str
    outcome: str
    counts: dict[str, int] = {}
