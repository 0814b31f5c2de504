"""What a part is started with."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectRequest
from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from workflows.messages import Wanted

TOLD = (Kind.TASK_ADD, Kind.TASK_REQUEST, Kind.TASK_ASSIGN, Kind.TASK_REMIND)
"""What the organization's own room hears of."""
FOLLOWED = (Kind.TASK_ACCEPT, Kind.TASK_DECLINE, Kind.TASK_DONE, Kind.TASK_ESCALATE)
"""What others hear of: who leads, and whoever asked for the task."""


class PartInput(BaseModel):
    """The part to begin with, and the incident around it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: PartState
    situation: Situation
    judged: dict[str, Verdict] = {}
    decided: int = 0
    """How many decisions the part has taken, refusals included."""
    undone: tuple[EffectRequest, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    due: tuple[Entry, ...] = ()

    @classmethod
    def empty(cls, organization: OrganizationCode, situation: Situation) -> Self:
        """A part with no tasks yet."""
        return cls(
            part=PartState(organization=organization, lead=situation.incident.lead), situation=situation
        )
