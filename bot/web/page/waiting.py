"""What waits in an incident: open tasks and questions, whose they are, and the commands that settle them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.commands.answering import is_answered_by_form
from bot.commands.owed import local_time
from bot.commands.spelling import word
from bot.commands.waiting import (
    answer_buttons,
    is_for,
    is_invited,
    owes_answers,
    owes_duty,
    to_confirm,
    to_sign,
    words_of_assessment,
    words_of_share,
)
from playbooks.domain.case import Case, Consultation
from playbooks.domain.document import Button
from playbooks.domain.duties import ReportingDuty
from playbooks.domain.organization import Person
from playbooks.domain.task import Task, TaskStatus
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import label


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that somebody owes."""

    id: str
    words: str
    """What is to be done, or what is asked, in people's own words; empty where they are withheld."""
    facts: tuple[str, ...]
    """Whose it is, and how it stands."""
    due_at: datetime | None
    overdue: bool
    mine: bool
    counts: tuple[tuple[str, int], ...] = ()
    """Of a question: how often each option was chosen so far."""
    asked: int = 0
    """Of a question: how many organizations were asked."""
    buttons: tuple[Button, ...] = ()
    """For whom it waits."""
    form: str = ""
    """Where the form stands that settles it, below the room; empty where buttons do."""


def waiting(case: Case, person: Person, texts: Texts, now: datetime) -> tuple[Waiting, ...]:
    """Everything open: what waits for this person first, then by when it is due."""
    rows = (
        *_invitation(case, person, texts),
        *(_task(case, task, person, texts, now) for task in case.open_tasks),
        *(_duty(duty, person, texts, now) for duty in case.state.owed_duties),
        *(_question(case, asked, person, texts, now) for asked in case.open_consultations),
        *_assessment(case, person, texts),
        *_shares(case, person, texts),
    )
    return tuple(sorted(rows, key=lambda row: (not row.mine, row.due_at is None, row.due_at or now, row.id)))


def _invitation(case: Case, person: Person, texts: Texts) -> Iterator[Waiting]:
    organization = person.organization
    if is_invited(case, person):
        yield Waiting(
            id=organization,
            words=texts.say("page.waits.invited"),
            facts=(texts.say("page.leads", organization=case.state.lead),),
            due_at=None,
            overdue=False,
            mine=True,
            buttons=(
                Button(
                    label=texts.say("page.waits.join", organization=organization), command="/incident join"
                ),
            ),
        )


def _task(case: Case, task: Task, person: Person, texts: Texts, now: datetime) -> Waiting:
    mine = is_for(case, task, person)
    asked = " / ".join(word("", each) for each in task.answers) or ", ".join(each.name for each in task.asks)
    asks = texts.say("page.waits.asks", answers=asked) if asked else ""
    status = label(texts, "status", task.status) if task.status is TaskStatus.REQUESTED else ""
    return Waiting(
        id=task.id,
        words=words_of(case, task.entry, "text"),
        facts=tuple(
            filter(
                None,
                (task.owner or texts.say("page.waits.unowned", organization=task.organization), status, asks),
            )
        ),
        due_at=task.due_at,
        overdue=task.due_at is not None and task.due_at < now,
        mine=mine,
        buttons=tuple(_task_buttons(texts, task)) if mine else (),
        form=f"/forms/task-done?task={task.id}" if mine and is_answered_by_form(task) else "",
    )


def _duty(duty: ReportingDuty, person: Person, texts: Texts, now: datetime) -> Waiting:
    act = owes_duty(duty, person)
    return Waiting(
        id=duty.id,
        words=texts.say("waiting.duty", organization=duty.organization, receiver=duty.receiver),
        facts=(
            label(texts, "duty_status", duty.status),
            local_time(duty),
            duty.policy,
        ),
        due_at=duty.due_at,
        overdue=duty.due_at < now,
        mine=bool(act),
        buttons=(
            Button(
                label=texts.say(f"button.duty.{act}", duty=duty.id), command=f"/incident duty {act} {duty.id}"
            ),
        )
        if act
        else (),
    )


def _question(case: Case, asked: Consultation, person: Person, texts: Texts, now: datetime) -> Waiting:
    question, tally = asked.question, asked.tally
    codes = owes_answers(case, asked, person)
    missing = texts.say("page.waits.missing", missing=", ".join(tally.missing)) if tally.missing else ""
    return Waiting(
        id=question.id,
        words=words_of(case, question.entry, "question", "text"),
        facts=tuple(filter(None, (label(texts, "purpose", question.purpose), missing))),
        due_at=question.deadline_at,
        overdue=question.deadline_at < now,
        mine=bool(codes),
        counts=tuple((label(texts, "option", option), count) for option, count in tally.counts.items()),
        asked=len(question.asked),
        buttons=tuple(
            Button(label=said, command=" ".join(("/incident", *words)))
            for said, words in answer_buttons(texts, asked, person, codes)
        ),
    )


def _assessment(case: Case, person: Person, texts: Texts) -> Iterator[Waiting]:
    if network := to_sign(case, person):
        said = texts.say("button.hybrid.sign", version=network.version)
        yield Waiting(
            id=words_of_assessment(texts, network),
            words=words_of(case, network.assessments[-1].entry, "text"),
            facts=(label(texts, "risk", network.assessments[-1].risk),),
            due_at=None,
            overdue=False,
            mine=True,
            buttons=(Button(label=said, command=f"/incident hybrid sign version={network.version}"),),
        )


def _shares(case: Case, person: Person, texts: Texts) -> Iterator[Waiting]:
    for cost, share in to_confirm(case, person):
        said = texts.say("button.cost.confirm", cost=cost.id)
        yield Waiting(
            id=cost.id,
            words=words_of_share(texts, cost, share),
            facts=(label(texts, "source_of_cost", cost.source),),
            due_at=None,
            overdue=False,
            mine=True,
            buttons=(Button(label=said, command=f"/incident cost confirm {cost.id}"),),
        )


def _task_buttons(texts: Texts, task: Task) -> Iterator[Button]:
    if task.status is TaskStatus.REQUESTED:
        yield Button(
            label=texts.say("button.accept", task=task.id), command=f"/incident task accept {task.id}"
        )
    elif is_answered_by_form(task):
        return
    elif task.answers:
        for answer in task.answers:
            said = texts.say("button.done_with", task=task.id, answer=word("", answer))
            yield Button(label=said, command=f"/incident task done {task.id} answer={answer}")
    else:
        yield Button(label=texts.say("button.done", task=task.id), command=f"/incident task done {task.id}")
