"""What somebody answers to the questions of a task: each of its type, no choice left out."""

from collections.abc import Mapping
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
    questions = {each.name: each for each in task.asks}
    given: dict[str, str | None] = dict(args.get("given") or {})
    if task.asks and args.get("answer"):
        first = next((each for each in task.asks if each.choices), task.asks[0])
        given.setdefault(first.name, str(args["answer"]))
    for name, answer in given.items():
        if name not in questions:
            raise _wanted("answer_needed.unasked", task, name=name[:60])
        if not _answers(questions[name], answer):
            raise _wanted("answer_needed.unfit", task, name=name, takes=takes(questions[name]))
    for each in task.asks:
        if each.choices and each.name not in given:
            raise _wanted("answer_needed.lacking", task, name=each.name)
    return given


def takes(question: Question) -> str:
    """What a question is answered with, in a few words."""
    return " or ".join(question.choices) or f"a value of type {question.type}"


def _answers(question: Question, answer: str | None) -> bool:
    if answer is None:
        return not question.choices and is_free(question.type)
    if question.choices:
        return answer in question.choices
    return is_word(answer) and fits(answer, question.type)


def _wanted(code: str, task: Task, **about: str) -> Malformed:
    line = " ".join(f"{each.name}=({takes(each)})" for each in task.asks)
    return Malformed(says(code, task=task.id, line=line, **about))
