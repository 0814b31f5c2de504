"""A course moved on: by what came out, by what began, and by those who steer it."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from playbooks.cacao import limits
from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, Frame, joined, split
from playbooks.cacao.model import PlaybookActionStep
from playbooks.cacao.next_step import (
    Outcome,
    Progress,
    Result,
    SubPlaybookDue,
    abort,
    begin,
    keys,
    outputs,
    ready,
    settle,
)
from playbooks.cacao.taken import first_values
from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.kinds import Kind
from playbooks.domain.run import SETTLING, Move

_RESULTS = tuple(Result)
_UNFIT = Outcome(result=Result.FAILURE, reason="outcome_unfit")


def begin_course(contents: Contents, at: datetime, given: Mapping[str, str] | None = None) -> Course:
    """A run at its beginning, with what was given along, by plain names.

    Raises nothing that `check` and `check_given` have not refused before.
    """
    moving = _Moving(contents, Course(frames={}))
    moving.enter("", contents.main, first_values(contents.playbooks[contents.main], given or {}))
    return moving.moved(at)


def fold_course(
    contents: Contents, started_at: datetime, moves: Iterable[Move], given: Mapping[str, str] | None = None
) -> Course:
    """Where these moves lead; one that fits no longer is passed over, as it was when it was recorded."""
    course = begin_course(contents, started_at, given)
    for move in moves:
        course = evolve_course(contents, course, move)
    return course


def evolve_course(contents: Contents, course: Course, move: Move) -> Course:
    """The course after one more move. What was settled or withdrawn before stays as it was.

    Raises Malformed for an outcome that does not fit: no choice, no output of the step, a value of another type.
    """
    if course.is_finished:
        return course
    match move.kind:
        case Kind.STEP_START:
            is_new = move.step in course.since and move.step not in course.begun
            return (
                course.model_copy(update={"begun": {**course.begun, move.step: move.at}})
                if is_new
                else course
            )
        case Kind.RUN_PAUSE | Kind.RUN_RESUME:
            return course.model_copy(update={"is_paused": move.kind is Kind.RUN_PAUSE})
        case Kind.RUN_ABORT:
            moving = _Moving(contents, course)
            moving.end("")
            return moving.moved(move.at).model_copy(update={"is_aborted": True})
        case kind if kind in SETTLING and move.outcome in _RESULTS and move.step in course.since:
            outcome = Outcome(
                result=Result(move.outcome),
                answer=move.answer,
                out_args=move.out_args,
                reason=move.reason,
                acted=move.acted,
            )
            return _settled(contents, course, move, outcome)
        case _:
            return course


def keys_in_flight(contents: Contents, course: Course) -> tuple[str, ...]:
    """The key of everything that waits for the world, a step that runs another playbook included."""
    return tuple(_keys(contents, course.frames))


def _settled(contents: Contents, course: Course, move: Move, outcome: Outcome) -> Course:
    moving = _Moving(contents, course)
    try:
        moving.settle(move.step, outcome)
    except Conflict:
        return course
    return moving.moved(move.at)


def _keys(contents: Contents, frames: Mapping[str, Frame]) -> Iterator[str]:
    for path, frame in frames.items():
        if not frame.progress.is_finished:
            for key in keys(contents.playbooks[frame.content], frame.progress):
                yield joined(path, key)


class _Moving:
    """A course that is being moved on. Made for one move, then frozen again."""

    def __init__(self, contents: Contents, course: Course) -> None:
        self._contents = contents
        self._course = course
        self._frames = dict(course.frames)
        self._executions = sum(frame.progress.executions for frame in self._frames.values())
        self._changed: deque[str] = deque()

    def moved(self, at: datetime) -> Course:
        """The course once nothing more follows by itself."""
        while self._changed:
            self._follow(self._changed.popleft())
        in_flight = tuple(_keys(self._contents, self._frames))
        since, begun = self._course.since, self._course.begun
        return self._course.model_copy(
            update={
                "frames": self._frames,
                "since": {key: since.get(key, at) for key in in_flight},
                "begun": {key: begun[key] for key in in_flight if key in begun},
            }
        )

    def enter(self, path: str, content: str, args: Mapping[str, str | None]) -> None:
        """Open a frame. Raises Malformed when the playbook does not take these arguments."""
        self._put(path, Frame(content=content, progress=begin(self._contents.playbooks[content], args)))

    def settle(self, key: str, outcome: Outcome) -> None:
        """Something came out. Raises Conflict when it is not in flight, Malformed when the outcome does not fit."""
        path, local = split(key)
        frame = self._frames[path]
        self._change(path, settle(self._contents.playbooks[frame.content], frame.progress, local, outcome))

    def end(self, path: str) -> None:
        """End a frame from outside, and those inside it."""
        frame = self._frames[path]
        if not frame.progress.is_finished:
            self._change(path, abort(self._contents.playbooks[frame.content], frame.progress))

    def _change(self, path: str, progress: Progress) -> None:
        self._put(path, self._frames[path].model_copy(update={"progress": progress}))

    def _put(self, path: str, frame: Frame) -> None:
        before = self._frames.get(path)
        self._executions += frame.progress.executions - (before.progress.executions if before else 0)
        self._frames[path] = frame
        self._changed.append(path)

    def _follow(self, path: str) -> None:
        """What a change of one frame means for those inside it and for the one around it."""
        frame = self._frames[path]
        in_flight = keys(self._contents.playbooks[frame.content], frame.progress)
        for inner in [each for each in self._frames if each and split(each)[0] == path]:
            if split(inner)[1] not in in_flight:
                self.end(inner)
        if self._executions > limits.EXECUTIONS:
            self.end("")
        elif frame.progress.is_finished and path:
            self._return(path, frame)
        elif not frame.progress.is_finished:
            self._descend(path, frame)

    def _descend(self, path: str, frame: Frame) -> None:
        """Open a frame for each step that now runs another playbook."""
        playbook = self._contents.playbooks[frame.content]
        active = frame.progress.active.values()
        if not any(isinstance(playbook.workflow[each.step], PlaybookActionStep) for each in active):
            return
        for due in ready(playbook, frame.progress):
            step = playbook.workflow[due.step_id]
            inner = joined(path, due.key)
            if not (isinstance(due, SubPlaybookDue) and isinstance(step, PlaybookActionStep)):
                continue
            content = self._contents.run_by(step)
            if content is not None and inner not in self._frames:
                self._open(inner, content, due)

    def _open(self, inner: str, content: str, due: SubPlaybookDue) -> None:
        try:
            self.enter(inner, content, due.in_args)
        except Malformed:
            self.settle(inner, _UNFIT)

    def _return(self, path: str, frame: Frame) -> None:
        """A playbook run by a step has come to its end: the step has its outcome."""
        if path not in _keys(self._contents, self._frames):
            return
        outcome = Outcome(result=Result.FAILURE, reason="playbook_failed")
        if not frame.progress.is_failed:
            outcome = Outcome(out_args=outputs(frame.progress, self._wanted(path)))
        try:
            self.settle(path, outcome)
        except Malformed:
            self.settle(path, _UNFIT)

    def _wanted(self, path: str) -> tuple[str, ...]:
        outer, key = split(path)
        playbook = self._contents.playbooks[self._frames[outer].content]
        step = playbook.workflow[key.rpartition("#")[0]]
        return step.out_args if isinstance(step, PlaybookActionStep) else ()
