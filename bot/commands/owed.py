"""What is owed next in an incident, by whom and by when: the line that people at night look for first."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from playbooks.domain.case import Case, Consultation
from playbooks.domain.document import Inline, Text
from playbooks.domain.duties import ReportingDuty
from playbooks.domain.kinds import Kind
from playbooks.domain.task import Task
from playbooks.domain.words import words_of
from playbooks.texts import Texts
from playbooks.texts.wording import clauses, quoted, sentence

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def owed(
    texts: Texts,
    case: Case,
    *,
    task: Callable[[Task], bool] = lambda _task: True,
    question: Callable[[Consultation], bool] = lambda _question: True,
    duty: Callable[[ReportingDuty], bool] = lambda _duty: True,
    whole: bool = True,
) -> Iterator[tuple[Inline, ...]]:
    """What is owed, the soonest first, of what is asked for; `whole`: and what all owe together."""
    lines = [(each.due_at or _NEVER, task_line(texts, case, each)) for each in case.open_tasks if task(each)]
    lines += [
        (each.question.deadline_at, question_line(texts, case, each))
        for each in case.open_consultations
        if question(each)
    ]
    lines += [(each.due_at, duty_line(texts, each)) for each in case.state.owed_duties if duty(each)]
    if whole:
        lines += _together(texts, case)
    return (line for _due_at, line in sorted(lines, key=lambda each: each[0]))


def _together(texts: Texts, case: Case) -> Iterator[tuple[datetime, tuple[Inline, ...]]]:
    """The next status update, and once the incident is closed the calls on a vendor that are not yet settled."""
    state = case.state
    if state.update_due_at:
        said = {"incident": state.key, "due_at": state.update_due_at}
        yield state.update_due_at, sentence(texts, "owed.update", said)
    for call in state.calls.values():
        if call.is_open and not state.is_open:
            said = {"call": call.id, "vendor": call.agreement.vendor}
            yield _NEVER, sentence(texts, "owed.call", said)


def task_line(texts: Texts, case: Case, task: Task) -> tuple[Inline, ...]:
    """One task: its name, whose it is, by when, and what is to be done."""
    said = {
        "task": task.id,
        "status": task.status.value,
        "organization": task.organization,
        "owner": task.owner,
        "office": task.office,
        "hand_to": task.hand_to,
        "station": task.station,
        "due_at": task.due_at,
        "answers": task.answers,
    }
    words = words_of(case, task.entry, "text")
    return (*sentence(texts, "owed.task", said), *quoted(texts, words))


def duty_line(texts: Texts, duty: ReportingDuty) -> tuple[Inline, ...]:
    """One reporting duty: whose, to whom, by when in UTC and on the receiver's clock, and how it stands."""
    said = {
        "duty": duty.id,
        "organization": duty.organization,
        "receiver": duty.receiver,
        "due_at": duty.due_at,
        "local": local_time(duty),
        "duty_status": duty.status.value,
        "approves": duty.approves.value,
        "policy": duty.policy,
    }
    return sentence(texts, "owed.duty", said)


def local_time(duty: ReportingDuty) -> str:
    """When a duty is due on the receiver's clock."""
    return f"{duty.due_at.astimezone(ZoneInfo(duty.time_zone)):%Y-%m-%d %H:%M} {duty.time_zone}"


def question_line(texts: Texts, case: Case, consultation: Consultation) -> tuple[Inline, ...]:
    """One question: its name, who has not answered, by when, what it is about, and what is asked."""
    question = consultation.question
    said = {
        "consultation": question.id,
        "purpose": question.purpose.value,
        "deadline_at": question.deadline_at,
        "missing": consultation.tally.missing,
    }
    words = words_of(case, question.entry, "question", "text")
    about = clauses(texts, f"tell.{Kind.QUESTION_OPEN}", question.terms)
    line = sentence(texts, "owed.question", said)
    return (*line, *((Text(text=" "), *about) if about else ()), *quoted(texts, words))
