"""What is owed next in an incident, by whom and by when: the line that people at night look for first."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from playbooks.domain.case import Case, Consultation
from playbooks.domain.document import Inline
from playbooks.domain.duties import ReportingDuty
from playbooks.domain.task import Task
from playbooks.texts import Texts
from playbooks.texts.wording import quoted, sentence

_NEVER: Final = datetime.max.replace(tzinfo=UTC)


def owed(
    texts: Texts,
    case: Case,
    *,
    task: Callable[[Task], bool] = lambda _task: True,
    question: Callable[[Consultation], bool] = lambda _question: True,
    update: bool = True,
) -> Iterator[tuple[Inline, ...]]:
    """What is owed, the soonest first: the open tasks and questions asked for, and the next status update."""
    lines = [(each.due_at or _NEVER, task_line(texts, case, each)) for each in case.open_tasks if task(each)]
    lines += [
        (each.question.deadline_at, question_line(texts, case, each))
        for each in case.open_consultations
        if question(each)
    ]
    lines += [(each.due_at, duty_line(texts, each)) for each in case.state.owed_duties]
    if update and case.state.update_due_at:
        due_at = case.state.update_due_at
        lines.append((due_at, sentence(texts, "owed.update", {"incident": case.state.key, "due_at": due_at})))
    return (line for _due_at, line in sorted(lines, key=lambda each: each[0]))


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
    words = case.texts.get(task.entry, {}).get("text", "")
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
    """One question: its name, who has not answered, by when, and what is asked."""
    question = consultation.question
    said = {
        "consultation": question.id,
        "purpose": question.purpose.value,
        "deadline_at": question.deadline_at,
        "missing": consultation.tally.missing,
    }
    words = case.texts.get(question.entry, {}).get("question", "")
    return (*sentence(texts, "owed.question", said), *quoted(texts, words))
