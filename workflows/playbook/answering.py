"""What a step asks whoever does it, and its outcome from what they answered: pure."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.extension import ActionName
from playbooks.cacao.next_step import ActionDue, Ask, Outcome, Result
from playbooks.domain.task import Question


class Done(BaseModel):
    """How one unit of work ended."""

    model_config = ConfigDict(frozen=True)

    succeeded: bool
    acted: bool = False
    """Something happened, or nobody can tell that nothing did."""
    answer: str = ""
    given: dict[str, str] = {}
    """Answers by question: variables without their underscores."""
    counts: dict[str, int] = {}


def questions(due: ActionDue) -> dict[str, Any]:
    """What a task asks: one choice by itself, or each variable by its name; what a consultation fills asks nobody."""
    if any(command.command == ActionName.CONSULT for command in due.commands):
        return {"answers": []}
    match due.asks:
        case (only,) if only.choices:
            return {"answers": list(only.choices)}
        case ():
            return {"answers": []}
        case several:
            asks = [Question(name=_plainly(ask), type=ask.type, choices=ask.choices) for ask in several]
            return {"answers": [], "asks": [each.model_dump(mode="json") for each in asks]}


def _plainly(ask: Ask) -> str:
    return ask.name.strip("_")


def combined(due: ActionDue, done: Sequence[Done]) -> Outcome:
    """The outcome of a step from how all of its work ended; what it asked for is filled from the answers."""
    if not all(each.succeeded for each in done):
        acted = any(each.acted for each in done)
        return Outcome(result=Result.FAILURE, reason="work_failed", acted=acted)
    filled = {ask.name: value for ask in due.asks if (value := _filled(ask, due, done))}
    return Outcome(result=Result.SUCCESS, out_args=filled)


def _asked(due: ActionDue) -> Ask | None:
    """The one thing that whoever does it chooses; what is asked in free words is written as a note."""
    return next((ask for ask in due.asks if ask.choices), None)


def _filled(ask: Ask, due: ActionDue, done: Sequence[Done]) -> str:
    """A consultation fills all that is asked for, by its counts and its outcome; a task what is answered there."""
    said = next((each.given[_plainly(ask)] for each in done if _plainly(ask) in each.given), "")
    if said:
        return said
    counted = next((each for each in done if each.counts), None)
    if counted is not None:
        return _from_counts(ask, counted)
    is_answered = ask == (_asked(due) or next(iter(due.asks), None))
    return next((each.answer for each in done if each.answer), "") if is_answered else ""


def _from_counts(ask: Ask, done: Done) -> str:
    """How many gave the option that it is named like, else how many are affected; yes or no; or the outcome."""
    affected = done.counts.get("affected", done.counts.get("approve", 0))
    if ask.type in ("integer", "long"):
        return str(done.counts.get(ask.name.strip("_"), affected))
    if ask.type == "bool":
        return str(done.answer == "approved" or done.counts.get("affected", 0) > 0).lower()
    return done.answer
