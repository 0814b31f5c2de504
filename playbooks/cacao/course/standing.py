"""Where each step of a run stands: for the checklist, for the graph, and for whoever names a step by its number."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, Frame, joined
from playbooks.cacao.model import Identifier, Playbook
from playbooks.cacao.next_step import Phase, StepStatus
from playbooks.cacao.next_step.describe import key_of
from playbooks.cacao.next_step.progress import Active
from playbooks.cacao.show.numbering import Numbered, numbered
from playbooks.domain.saying import Saying


class Standing(StrEnum):
    """How a step stands, in the words that people are shown."""

    DONE = "done"
    RUNNING = "running"
    WAITING = "waiting"
    """For its delay to pass, for an answer, for a decision, or for the run to be resumed."""
    FAILED = "failed"
    """Also one that took too long."""
    SKIPPED = "skipped"
    WITHDRAWN = "withdrawn"
    """It had begun when it was no longer wanted."""
    NOT_REACHED = "not_reached"


_STANDING: Mapping[StepStatus, Standing] = {
    StepStatus.ONGOING: Standing.RUNNING,
    StepStatus.AWAIT_USER_INPUT: Standing.WAITING,
    StepStatus.SUCCESSFULLY_EXECUTED: Standing.DONE,
    StepStatus.FAILED: Standing.FAILED,
    StepStatus.TIMEOUT_ERROR: Standing.FAILED,
    StepStatus.SKIPPED: Standing.SKIPPED,
    StepStatus.WITHDRAWN: Standing.WITHDRAWN,
}


class StepStanding(BaseModel):
    """One step as it stands; start and end steps are none."""

    model_config = ConfigDict(frozen=True)

    number: str
    """Like `5a2`, as `show` numbers it; `3.1` is step 1 of the playbook that step 3 runs."""
    content: str
    """The hash of its playbook."""
    path: str
    """The frame it stands in; empty for the run's own playbook."""
    step_id: Identifier
    name: str
    standing: Standing
    depth: int
    """Of the steps and playbooks around it, for indenting."""
    times: int = 0
    """How often it was begun."""
    keys: tuple[str, ...] = ()
    """What is in flight of it, the earliest first; a handler of failures may be at work more than once."""
    since: datetime | None = None
    """Since when the first of that waits."""
    reason: Saying | str = ""
    """Why it was stopped, or what it asks."""


def standings(contents: Contents, course: Course) -> tuple[StepStanding, ...]:
    """Every step of every playbook that was opened, in the order of doing, a playbook under the step that runs it.

    Contents without prose give standings without names; give the playbooks whole for people to read.
    """
    return tuple(_of_frame(contents, course, "", "", 0))


def steps_by_number(contents: Contents, course: Course) -> dict[str, StepStanding]:
    """The steps by the number that people call them by."""
    return {step.number: step for step in standings(contents, course)}


def _of_frame(
    contents: Contents, course: Course, path: str, prefix: str, depth: int
) -> Iterator[StepStanding]:
    frame = course.frames[path]
    playbook = contents.playbooks[frame.content]
    active: dict[Identifier, list[tuple[str, Active]]] = {}
    for execution, each_active in frame.progress.active.items():
        active.setdefault(each_active.step, []).append((execution, each_active))
    for each in numbered(playbook):
        step = _standing(playbook, course, path, each, active.get(each.step_id, []))
        yield step.model_copy(
            update={"content": frame.content, "number": prefix + each.number, "depth": depth + each.depth}
        )
        inner = joined(path, f"{each.step_id}#{step.times}")
        if inner in course.frames:
            yield from _of_frame(contents, course, inner, f"{prefix}{each.number}.", depth + each.depth + 1)


def _standing(
    playbook: Playbook,
    course: Course,
    path: str,
    numbered: Numbered,
    active: list[tuple[str, Active]],
) -> StepStanding:
    frame: Frame = course.frames[path]
    step_id = numbered.step_id
    statuses = frame.progress.statuses.get(step_id, ())
    step = StepStanding(
        number=numbered.number,
        content=frame.content,
        path=path,
        step_id=step_id,
        name=playbook.label(step_id),
        standing=_STANDING[statuses[-1]] if statuses else Standing.NOT_REACHED,
        depth=0,
        times=len(statuses),
    )
    if not active:
        return step
    keys = tuple(
        joined(path, key_of(playbook, execution, each) or "")
        for execution, each in active
        if each.phase is not Phase.OPEN
    )
    moments = [course.begun.get(key) or course.since[key] for key in keys]
    return step.model_copy(
        update={
            "standing": _in_flight(course, [each for _execution, each in active], keys),
            "keys": keys,
            "since": min(moments, default=None),
            "reason": next((each.reason for _execution, each in active if each.reason), ""),
        }
    )


def _in_flight(course: Course, active: list[Active], keys: tuple[str, ...]) -> Standing:
    phases = [each.phase for each in active]
    if Phase.STOPPED in phases:
        return Standing.FAILED
    if Phase.OPEN in phases or any(key in course.begun or key in course.frames for key in keys):
        return Standing.RUNNING
    return Standing.WAITING
