"""What a run waits for now, and what happens by itself when its time comes."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, joined
from playbooks.cacao.next_step import (
    ActionDue,
    DecisionDue,
    DelayDue,
    Due,
    Outcome,
    Result,
    SubPlaybookDue,
    ready,
)


class Moment(NamedTuple):
    """When something due comes out by itself, and how."""

    at: datetime
    outcome: Outcome


def ready_now(
    contents: Contents, course: Course, *, known: Mapping[str, object] | None = None
) -> tuple[Due, ...]:
    """Everything in flight, frame by frame in the order in which it became due, without the keys already `known`."""
    dues: list[Due] = []
    for path, frame in course.frames.items():
        if frame.progress.is_finished:
            continue
        within = dict.fromkeys(_within(path, known or {}))
        found = ready(contents.playbooks[frame.content], frame.progress, known=within)
        dues.extend(due.model_copy(update={"key": joined(path, due.key)}) if path else due for due in found)
    return tuple(dues)


def moment(course: Course, due: Due) -> Moment | None:
    """When its delay has passed or its time is up, counted from its beginning; None where nothing limits it yet."""
    since = course.begun.get(due.key) or course.since[due.key]
    match due:
        case DecisionDue():
            return None
        case ActionDue() | SubPlaybookDue() if due.key not in course.begun:
            return None
        case DelayDue():
            return Moment(since + due.delay, Outcome())
        case _:
            return Moment(since + due.timeout, Outcome(result=Result.TIMEOUT))


def _within(path: str, known: Mapping[str, object]) -> list[str]:
    prefix = joined(path, "")
    return [key.removeprefix(prefix) for key in known if key.startswith(prefix)]
