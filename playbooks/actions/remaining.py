"""What a run did that nothing takes back: people are told, for nobody else will think of it."""

from collections.abc import Iterator

from playbooks.actions.approvals import level_of
from playbooks.cacao.course import Contents, Course
from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import Identifier
from playbooks.cacao.next_step import StepStatus

_MAY_HAVE_ACTED = (
    StepStatus.SUCCESSFULLY_EXECUTED,
    StepStatus.FAILED,
    StepStatus.TIMEOUT_ERROR,
    StepStatus.WITHDRAWN,
)


def remaining(contents: Contents, course: Course) -> Iterator[tuple[str, Identifier]]:
    """The frame and the step of everything that may have done harm and does not say how it is undone."""
    for path, frame in course.frames.items():
        workflow = contents.playbooks[frame.content].workflow
        for step_id, statuses in frame.progress.statuses.items():
            step = workflow[step_id]
            if level_of(step).may_repeat or step_notes(step).undo:
                continue
            if any(status in _MAY_HAVE_ACTED for status in statuses):
                yield path, step_id
