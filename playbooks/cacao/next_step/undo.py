"""How far a run can be taken back: the undo commands of what succeeded, the latest first."""

from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import ActionStep, Playbook
from playbooks.cacao.next_step.describe import describe_action
from playbooks.cacao.next_step.due import ActionDue
from playbooks.cacao.next_step.progress import Active, Execution, Phase, Progress
from playbooks.cacao.next_step.scope import StepScope

_UNDO = ".undo"


def is_undo(key: str) -> bool:
    """Whether something due takes a step back."""
    return key.endswith(_UNDO)


def undo(playbook: Playbook, progress: Progress) -> tuple[ActionDue, ...]:
    """What to do, one after the other, to undo a run; keys end in `.undo`. Raises CannotSubstitute."""
    steps = (
        (execution, playbook.workflow[execution.rpartition("#")[0]])
        for execution in reversed(progress.undoable)
    )
    return tuple(
        _undo(playbook, progress, execution, step)
        for execution, step in steps
        if isinstance(step, ActionStep)
    )


def _undo(playbook: Playbook, progress: Progress, execution: Execution, step: ActionStep) -> ActionDue:
    step_id = execution.rpartition("#")[0]
    backwards = step.model_copy(update={"commands": step_notes(step).undo, "out_args": ()})
    active = {execution: Active(step=step_id, phase=Phase.DUE)}
    scope = StepScope(playbook, progress.values, active, execution)
    common = {
        "key": f"{execution}{_UNDO}",
        "execution": execution,
        "step_id": step_id,
        "name": playbook.label(step_id),
    }
    return describe_action(playbook, backwards, common, scope)
