"""What somebody answers to the questions of a task: each of its type, no choice left out."""

from collections.abc import Mapping
from typing import Any

from playbooks.cacao.variables import fits, is_free
from playbooks.domain.errors import Malformed
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
            raise _wanted(task, f"{task.id} does not ask for “{name[:60]}”.")
        if not _answers(questions[name], answer):
            raise _wanted(task, f"{name} takes {takes(questions[name])}.")
    for each in task.asks:
        if each.choices and each.name not in given:
            raise _wanted(task, f"{task.id} asks for {each.name}.")
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


def _wanted(task: Task, problem: str) -> Malformed:
    said = " ".join(f"{each.name}=({takes(each)})" for each in task.asks)
    return Malformed(
        f"{problem} Say it so, each with its value: `/incident task done {task.id} {said}`.",
        code="answer_needed",
    )
