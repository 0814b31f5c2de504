"""A course small enough to be carried: ten thousand steps in some tens of kilobytes; the contents are known by hash.

Ids of steps are left out; how they stand follows in the order of the playbook's steps, a letter for each execution.
"""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, Frame
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import Progress, StepStatus

_LETTERS = dict(zip(StepStatus, "oasftkw", strict=True))
_STATUSES = {letter: status for status, letter in _LETTERS.items()}


class PackedFrame(BaseModel):
    """A frame without the ids that its playbook knows."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    content: str
    rest: Progress
    """All of the progress but `statuses` and `undoable`."""
    statuses: str
    """`s,,sf`: the first step succeeded, the second was not reached, the third succeeded and then failed."""
    undoable: str = ""
    """`0#1,2#1`: executions by the place of their step."""


class PackedCourse(BaseModel):
    """A course without the ids that its contents know."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    frames: dict[str, PackedFrame]
    since: dict[str, datetime] = {}
    begun: dict[str, datetime] = {}
    is_paused: bool = False
    is_aborted: bool = False


def pack(contents: Contents, course: Course) -> PackedCourse:
    """The course, to be carried."""
    frames = {path: _packed(contents.playbooks[f.content], f) for path, f in course.frames.items()}
    return PackedCourse(frames=frames, **_rest(course))


def unpack(contents: Contents, packed: PackedCourse) -> Course:
    """The course that was packed, with the same contents."""
    frames = {path: _unpacked(contents.playbooks[f.content], f) for path, f in packed.frames.items()}
    return Course(frames=frames, **_rest(packed))


def _rest(course: Course | PackedCourse) -> dict[str, Any]:
    return {name: getattr(course, name) for name in ("since", "begun", "is_paused", "is_aborted")}


def _packed(playbook: Playbook, frame: Frame) -> PackedFrame:
    progress = frame.progress
    places = {id: str(place) for place, id in enumerate(playbook.workflow)}
    executions = (execution.rpartition("#") for execution in progress.undoable)
    return PackedFrame(
        content=frame.content,
        rest=progress.model_copy(update={"statuses": {}, "undoable": ()}),
        statuses=",".join(
            "".join(_LETTERS[status] for status in progress.statuses.get(id, ())) for id in playbook.workflow
        ).rstrip(","),
        undoable=",".join(f"{places[id]}#{number}" for id, _, number in executions),
    )


def _unpacked(playbook: Playbook, packed: PackedFrame) -> Frame:
    ids = tuple(playbook.workflow)
    executions = (each.partition("#") for each in packed.undoable.split(",") if each)
    standing = zip(ids, packed.statuses.split(","), strict=False)
    statuses = {id: tuple(_STATUSES[letter] for letter in letters) for id, letters in standing if letters}
    undoable = tuple(f"{ids[int(place)]}#{number}" for place, _, number in executions)
    progress = packed.rest.model_copy(update={"statuses": statuses, "undoable": undoable})
    return Frame(content=packed.content, progress=progress)
