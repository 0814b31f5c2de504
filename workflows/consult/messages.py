"""What a consultation is started with and told."""

from pydantic import BaseModel, ConfigDict

from playbooks.domain.consultation import Answer, Question
from playbooks.domain.entry import Entry
from playbooks.domain.situation import Situation


class ConsultInput(BaseModel):
    """The question, and the entry that opened it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    question: Question
    situation: Situation
    opened: Entry
    answers: tuple[Answer, ...] = ()
    reminded: bool = False
    chased: tuple[str, ...] = ()
    """Kinds of chasing that stand in the record already."""


class AnswersReceived(BaseModel):
    """Answers that came in, in batches; each stands in the record already."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    answers: tuple[Answer, ...]
