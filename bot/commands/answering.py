"""What a task asks, as parameters of the command that finishes it: one for each question, by its name."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Read, Takes, choice
from playbooks.cacao.variables import fits
from playbooks.domain.case import Case
from playbooks.domain.ids import TaskId
from playbooks.domain.task import Question, Task, TaskStatus
from playbooks.domain.told import is_word, text_of

_TAKEN = ("task", "note")
"""Labels of the command's own."""


@dataclass(frozen=True, slots=True)
class Answered(Parameter):
    """The answer to one question."""

    words: str = ""
    """What people call it, and what it takes."""


def questions(typed: str, case: Case) -> tuple[Parameter, ...]:
    """A parameter for each question of the task that was typed; none for a task that asks none, or is not there."""
    task = case.tasks.get(TaskId(typed.upper())) or case.tasks.get(TaskId(typed))
    return tuple(map(_answered, task.asks)) if task is not None and not task.is_settled else ()


def is_answered_by_form(task: Task) -> bool:
    """Whether it is finished by a form: it is open and asks more than one choice."""
    return bool(task.asks) and task.status is TaskStatus.OPEN


def apart(args: Args, texts: Iterable[tuple[str, str]]) -> tuple[Args, dict[str, str]]:
    """Codes and words: an answer that is more than one word is people's words, and its code says so."""
    said = dict(texts)
    given: dict[str, str | None] = {}
    for name, answer in args.get("given", {}).items():
        given[name] = answer if is_word(answer) else None
        if not is_word(answer):
            said[text_of(name)] = answer
    return ({**args, "given": given} if given else args), said


def _answered(question: Question) -> Answered:
    label = f"{question.name}_" if question.name.casefold() in _TAKEN else question.name.casefold()
    plain = question.name.replace("_", " ").replace("-", " ")
    takes = "" if question.choices or question.type == "string" else f" ({question.type})"
    return Answered(
        label=label,
        place=Place.OPTION,
        takes=Takes.CHOICE if question.choices else Takes.NAME,
        read=_read(question, label),
        required=bool(question.choices),
        choices=question.choices,
        words=f"{plain[:1].upper()}{plain[1:]}{takes}",
    )


def _read(question: Question, label: str) -> Read:
    chosen = choice(label, question.choices) if question.choices else None

    def read(typed: str, hearing: Hearing) -> Args:
        if chosen is not None:
            return {"given": {question.name: chosen.read(typed, hearing)[label]}}
        if not fits(typed, question.type):
            raise Misread("misread.answer", typed=short(typed), label=label, type=question.type)
        return {"given": {question.name: typed}}

    return read
