"""How each kind of entry changes a consultation."""

from collections.abc import Callable
from typing import Any

from playbooks.domain.case import Consultation
from playbooks.domain.consultation import TERMS, Answer, Question, Tally
from playbooks.domain.entry import Entry
from playbooks.domain.folding.growing import Change, Folding
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind


def question_of(entry: Entry) -> Question:
    """The question that this entry opened."""
    terms = {name: entry.data[name] for name in TERMS if entry.data.get(name) is not None}
    given = {**entry.data, "id": entry.data["consultation"], "entry": entry.id, "terms": terms}
    return Question.model_validate(given)


def _opened(case: Folding, entry: Entry) -> None:
    question = question_of(entry)
    case.consultations[question.id] = Consultation(question=question)


def _consultation(case: Folding, entry: Entry, change: Callable[[Consultation], dict[str, Any]]) -> None:
    found = case.consultations.get(entry.data["consultation"])
    if found is not None:
        case.consultations[found.question.id] = found.model_copy(update=change(found))


def _answered(case: Folding, entry: Entry) -> None:
    asked = case.consultations.get(entry.data["consultation"])
    answer = Answer(
        organization=OrganizationCode(entry.data["organization"]),
        person=entry.actor.id,
        option=entry.data["option"],
        at=entry.at,
        entry=entry.id,
        late=entry.data.get("late", False) or bool(asked and asked.closed),
        hours=entry.data.get("hours"),
        skills=entry.data.get("skills", ()),
        by_link=entry.data.get("by_link", False),
    )
    _consultation(case, entry, lambda found: {"answers": (*found.answers, answer)})


def _closed(case: Folding, entry: Entry) -> None:
    _consultation(case, entry, lambda _found: {"closed": Tally.model_validate(entry.data)})


CONSULTATIONS: dict[str, Change] = {
    Kind.QUESTION_OPEN: _opened,
    Kind.ANSWER_GIVE: _answered,
    Kind.QUESTION_CLOSE: _closed,
}
