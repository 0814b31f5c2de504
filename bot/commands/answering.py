"""What a task or a playbook asks, as parameters of the command that answers: one for each question, by its name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Read, Takes, choice
from bot.commands.spelling import word
from playbooks.cacao.variables import fits
from playbooks.domain import told
from playbooks.domain.case import Case
from playbooks.domain.ids import TaskId
from playbooks.domain.task import Question, Task, TaskStatus
from playbooks.ports.playbooks import PlaybookAtHand

_TAKEN = ("task", "note", "playbook")
"""Labels of the command's own."""


@dataclass(frozen=True, slots=True)
class Answered(Parameter):
    """The answer to one question."""

    words: str = ""
    """What people call it, and what it takes."""


def asked_by_task(typed: str, case: Case | None) -> tuple[Parameter, ...]:
    """A parameter for each question of the task that was typed; none for a task that asks none, or is not there."""
    tasks = case.tasks if case is not None else {}
    task = tasks.get(TaskId(typed.upper())) or tasks.get(TaskId(typed))
    return tuple(map(_answered, task.asks)) if task is not None and not task.is_settled else ()


def taken_by_playbook(typed: str, playbooks: Mapping[str, PlaybookAtHand]) -> tuple[Parameter, ...]:
    """A parameter for each thing that the playbook that was typed takes from whoever has it run."""
    playbook = playbooks.get(typed)
    if playbook is None:
        return ()
    return tuple(_answered(each, playbook.meanings.get(each.name, "")) for each in playbook.takes)


def is_answered_by_form(task: Task) -> bool:
    """Whether it is finished by a form: it is open and asks more than one choice."""
    return bool(task.asks) and task.status is TaskStatus.OPEN


def apart(args: Args, texts: Iterable[tuple[str, str]]) -> tuple[Args, dict[str, str]]:
    """Codes and words: an answer that is more than one word is people's words, and its code says so."""
    given, words = told.apart(args.get("given", {}))
    return ({**args, "given": given} if given else args), {**dict(texts), **words}


def _answered(question: Question, meaning: str = "") -> Answered:
    label = f"{question.name}_" if question.name.casefold() in _TAKEN else question.name.casefold()
    plain = question.name.replace("_", " ").replace("-", " ")
    takes = "" if question.choices or question.type == "string" else f" ({word('fits', question.type)})"
    return Answered(
        label=label,
        place=Place.OPTION,
        takes=Takes.CHOICE if question.choices else Takes.NAME,
        read=_read(question, label),
        required=bool(question.choices),
        choices=question.choices,
        family="",
        words=f"{meaning or plain[:1].upper() + plain[1:]}{takes}",
    )


def _read(question: Question, label: str) -> Read:
    chosen = choice(label, question.choices, family="") if question.choices else None

    def read(typed: str, hearing: Hearing) -> Args:
        if chosen is not None:
            return {"given": {question.name: chosen.read(typed, hearing)[label]}}
        if not fits(typed, question.type):
            raise Misread("misread.answer", typed=short(typed), label=label, fits=question.type)
        return {"given": {question.name: typed}}

    return read
