"""`waiting`: what waits for one person, over all incidents, each with the command that settles it."""

from collections.abc import Iterator
from typing import Final

from bot.commands.answering import is_answered_by_form
from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.owed import owed, question_line, task_line
from playbooks.domain.actor import Actor
from playbooks.domain.case import Case, Consultation
from playbooks.domain.circle.mandate import acts_under
from playbooks.domain.consultation import OPTIONS
from playbooks.domain.document import Block, Button, Document, Heading, paragraph
from playbooks.domain.ids import IncidentKey
from playbooks.domain.organization import Person
from playbooks.domain.policy import represents
from playbooks.domain.roles import Role
from playbooks.domain.task import Task, TaskStatus
from playbooks.texts import Texts
from playbooks.texts.wording import label


async def _waiting(inquiry: Inquiry) -> Document:
    texts, person = inquiry.texts, inquiry.speaker
    blocks: list[Block] = []
    for line in await inquiry.views.incidents(inquiry.reader, open_only=True):
        case = await inquiry.views.case(inquiry.reader, line.key)
        found = tuple(_of(texts, case, person))
        blocks += (
            (Heading(text=texts.say("status.heading", incident=line.key, title=case.title)), *found)
            if found
            else ()
        )
    triage = len(await inquiry.views.triage(inquiry.reader))
    if triage:
        blocks.append(paragraph(*texts.parts("waiting.triage", count=triage)))
    return Document(blocks=tuple(blocks) or (paragraph(*texts.parts("waiting.nothing")),))


def _of(texts: Texts, case: Case, person: Person) -> Iterator[Block]:
    for task in case.open_tasks:
        if is_for(case, task, person):
            yield paragraph(*task_line(texts, case, task))
            yield from _task_buttons(texts, case.state.key, task)
    for consultation in case.open_consultations:
        if may_answer(consultation, person):
            yield paragraph(*question_line(texts, case, consultation))
            yield from _answer_buttons(texts, case.state.key, consultation)
    if case.state.roles.get(Role.INCIDENT_COMMANDER) == person.id:
        for line in owed(texts, case, task=lambda _task: False, question=lambda _question: False):
            yield paragraph(*line)


def is_for(case: Case, task: Task, person: Person) -> bool:
    """Hers, or her organization's, or her office's, while nobody has it; also of a part that hers works for another."""
    works = task.organization == person.organization or acts_under(
        case.state.mandates, person.organization, task.organization
    )
    is_ours = bool(works) and task.office in (None, person.office)
    return task.owner == person.id or (task.owner is None and is_ours)


def may_answer(consultation: Consultation, person: Person) -> bool:
    """Her organization has not answered, and she may answer for it."""
    missing = person.organization in consultation.tally.missing
    return missing and represents(Actor.of(person))


def _task_buttons(texts: Texts, key: IncidentKey, task: Task) -> Iterator[Button]:
    if task.status is TaskStatus.REQUESTED:
        yield _button(texts.say("button.accept", task=task.id), key, "task", "accept", task.id)
    elif is_answered_by_form(task):
        yield _button(texts.say("button.answer_task", task=task.id), key, "task", "done", task.id)
    elif task.answers:
        for answer in task.answers:
            said = texts.say("button.done_with", task=task.id, answer=answer)
            yield _button(said, key, "task", "done", task.id, f"answer={answer}")
    else:
        yield _button(texts.say("button.done", task=task.id), key, "task", "done", task.id)


def _answer_buttons(texts: Texts, key: IncidentKey, consultation: Consultation) -> Iterator[Button]:
    question = consultation.question
    for option in OPTIONS[question.purpose]:
        said = texts.say("button.answer", option=label(texts, "option", option))
        yield _button(said, key, "answer", question.id, option)


def _button(said: str, key: IncidentKey, *words: str) -> Button:
    return Button(label=said, command=" ".join(("/incident", key, *words)))


WAITING: Final = ChatCommand(words=("waiting",), verb="waiting", target=Target.QUERY, answer=_waiting)
