"""What somebody answers to what a task asks, or gives along to a playbook: each of its type, no choice left out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from playbooks.cacao.variables import fits, is_free
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import says
from playbooks.domain.task import Question, Task
from playbooks.domain.told import is_word


def check_answers(task: Task, args: Mapping[str, Any]) -> dict[str, str | None]:
    """The answers by question; None for one that is told in words. `answer` alone answers the first choice there is.

    Raises Malformed for an answer to what was not asked, one of another type, and a choice that is left out.
    """
    given: dict[str, str | None] = dict(args.get("given") or {})
    if task.asks and args.get("answer"):
        first = next((each for each in task.asks if each.choices), task.asks[0])
        given.setdefault(first.name, str(args["answer"]))
    line = " ".join(f"{each.name}=({_in_codes(each)})" for each in task.asks)
    for name, question in _misfits(task.asks, given):
        if question is None:
            raise Malformed(says("answer_needed.unasked", task=task.id, name=name, line=line))
        raise Malformed(
            says("answer_needed.unfit", task=task.id, name=name, fits=_fitting(question), line=line)
        )
    for each in task.asks:
        if each.choices and each.name not in given:
            raise Malformed(says("answer_needed.lacking", task=task.id, name=each.name, line=line))
    return given


def check_given(playbook: str, asks: Sequence[Question], given: Mapping[str, str | None]) -> None:
    """Raise Malformed where a run is given along what its playbook does not take, or a value of another type."""
    known = ", ".join(f"{each.name} ({_in_codes(each)})" for each in asks) or "-"
    for name, question in _misfits(asks, given):
        if question is None:
            raise Malformed(says("not_taken.unasked", playbook=playbook, name=name, known=known))
        raise Malformed(
            says("not_taken.unfit", playbook=playbook, name=name, fits=_fitting(question), known=known)
        )


def _fitting(question: Question) -> list[str]:
    """What a question is answered with: the choices, or the type, for which the catalogue has words."""
    return list(question.choices) or [question.type]


def _in_codes(question: Question) -> str:
    return "|".join(_fitting(question))


def _misfits(
    asks: Sequence[Question], given: Mapping[str, str | None]
) -> Iterator[tuple[str, Question | None]]:
    """What is answered wrongly, each with its question; with none where nothing of that name is asked."""
    questions = {each.name: each for each in asks}
    for name, answer in given.items():
        question = questions.get(name)
        if question is None:
            yield name[:60], None
        elif not _answers(question, answer):
            yield name, question


def _answers(question: Question, answer: str | None) -> bool:
    if answer is None:
        return not question.choices and is_free(question.type)
    if question.choices:
        return answer in question.choices
    return is_word(answer) and fits(answer, question.type)
