"""What somebody answers to what a task asks, or gives along to a playbook: each of its type, no choice left out."""

from collections.abc import Mapping, Sequence
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
    asked = {"task": task.id, "line": " ".join(f"{each.name}=({takes(each)})" for each in task.asks)}
    _check("answer_needed", task.asks, given, asked)
    for each in task.asks:
        if each.choices and each.name not in given:
            raise Malformed(says("answer_needed.lacking", name=each.name, **asked))
    return given


def check_given(playbook: str, asks: Sequence[Question], given: Mapping[str, str | None]) -> None:
    """Raise Malformed where a run is given along what its playbook does not take, or a value of another type."""
    known = ", ".join(f"{each.name} ({takes(each)})" for each in asks) or "-"
    _check("not_taken", asks, given, {"playbook": playbook, "known": known})


def takes(question: Question) -> str:
    """What a question is answered with, in a few words."""
    return " or ".join(question.choices) or f"a value of type {question.type}"


def _check(
    rule: str, asks: Sequence[Question], given: Mapping[str, str | None], about: Mapping[str, str]
) -> None:
    questions = {each.name: each for each in asks}
    for name, answer in given.items():
        if name not in questions:
            raise Malformed(says(f"{rule}.unasked", name=name[:60], **about))
        if not _answers(questions[name], answer):
            raise Malformed(says(f"{rule}.unfit", name=name, takes=takes(questions[name]), **about))


def _answers(question: Question, answer: str | None) -> bool:
    if answer is None:
        return not question.choices and is_free(question.type)
    if question.choices:
        return answer in question.choices
    return is_word(answer) and fits(answer, question.type)
