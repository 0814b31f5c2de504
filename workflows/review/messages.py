"""What a review is started with."""

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectRequest
from playbooks.domain.command import Verdict
from playbooks.domain.review import ReviewState
from playbooks.domain.situation import Situation


class ReviewInput(BaseModel):
    """The review to begin with, and the incident that it is of."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    review: ReviewState
    situation: Situation
    judged: dict[str, Verdict] = {}
    decided: int = 0
    """How many decisions the review has taken, refusals included."""
    undone: tuple[EffectRequest, ...] = ()
