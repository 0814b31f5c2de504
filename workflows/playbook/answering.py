"""What a step asks whoever does it, and its outcome from what they answered: pure."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectOutcome, EffectRequest
from playbooks.actions.instead import conclusion_id
from playbooks.cacao.extension import ActionName
from playbooks.cacao.next_step import ActionDue, Ask, Outcome, Result
from playbooks.domain.task import Question
from playbooks.domain.told import plainly, refer


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
    heard: dict[str, str | None] = {}
    """What a machine said of all that the step asks for; None for what it did not say."""


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
            asks = [Question(name=plainly(ask.name), type=ask.type, choices=ask.choices) for ask in several]
            return {"answers": [], "asks": [each.model_dump(mode="json") for each in asks]}


def heard_of(due: ActionDue, request: EffectRequest, outcome: EffectOutcome) -> dict[str, str | None]:
    """What the answer to a request says of all that the step asks for; at length it is referred to."""
    entry = conclusion_id(request, outcome)
    said = {**outcome.given, **{name: refer(entry, name) for name in outcome.told}}
    return {name: said.get(name) for name in (plainly(ask.name) for ask in due.asks)}


def combined(due: ActionDue, stages: Sequence[Sequence[Done]]) -> Outcome:
    """The outcome of a step from how all of its work ended; what it asked for is filled from the answers.

    What a machine was asked and did not say, and what several say differently, is unknown from then on, so that a
    condition on it asks a person.
    """
    done = [each for stage in stages for each in stage]
    if not all(each.succeeded for each in done):
        acted = any(each.acted for each in done)
        return Outcome(result=Result.FAILURE, reason="work_failed", acted=acted)
    answered = {ask.name: value for ask in due.asks if (value := _filled(ask, due, done))}
    heard = _heard(stages)
    known = {ask.name: heard[name] for ask in due.asks if (name := plainly(ask.name)) in heard}
    return Outcome(result=Result.SUCCESS, out_args=known | answered)


def _heard(stages: Sequence[Sequence[Done]]) -> dict[str, str | None]:
    """What machines said, one after the other: a later one counts where it says something."""
    heard: dict[str, str | None] = {}
    for stage in stages:
        said = [each.heard for each in stage if each.heard]
        for name in dict.fromkeys(name for each in said for name in each):
            values = {each.get(name) for each in said}
            if values == {None}:
                heard.setdefault(name, None)
            else:
                heard[name] = values.pop() if len(values) == 1 else None
    return heard


def _asked(due: ActionDue) -> Ask | None:
    """The one thing that whoever does it chooses; what is asked in free words is written as a note."""
    return next((ask for ask in due.asks if ask.choices), None)


def _filled(ask: Ask, due: ActionDue, done: Sequence[Done]) -> str:
    """A consultation fills all that is asked for, by its counts and its outcome; a task what is answered there."""
    name = plainly(ask.name)
    said = next((each.given[name] for each in done if name in each.given), "")
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
        return str(done.counts.get(plainly(ask.name), affected))
    if ask.type == "bool":
        return str(done.answer == "approved" or done.counts.get("affected", 0) > 0).lower()
    return done.answer
