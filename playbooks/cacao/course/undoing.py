"""How far a whole run can be taken back: its playbooks' undo commands, the latest first."""

from collections.abc import Iterator

from playbooks.cacao.course.contents import Contents
from playbooks.cacao.course.course import Course, joined, split
from playbooks.cacao.next_step import ActionDue, undo


def undo_course(contents: Contents, course: Course) -> tuple[ActionDue, ...]:
    """What to do, one after the other, a playbook that a step ran in its place. Raises CannotSubstitute."""
    return tuple(_undo(contents, course, ""))


def _undo(contents: Contents, course: Course, path: str) -> Iterator[ActionDue]:
    frame = course.frames[path]
    playbook = contents.playbooks[frame.content]
    inner = [each for each in course.frames if each and split(each)[0] == path]
    unfinished = [each for each in inner if split(each)[1] not in frame.progress.undoable]
    for each in reversed(unfinished):
        yield from _undo(contents, course, each)
    dues = {due.execution: due for due in undo(playbook, frame.progress)}
    for execution in reversed(frame.progress.undoable):
        if execution in dues:
            due = dues[execution]
            yield due.model_copy(update={"key": joined(path, due.key)})
        elif joined(path, execution) in course.frames:
            yield from _undo(contents, course, joined(path, execution))
