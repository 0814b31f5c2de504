"""How far a run can be taken back: the undo commands of what succeeded, the latest first."""

from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import ActionStep, Playbook
from playbooks.cacao.next_step.due import ActionDue
from playbooks.cacao.next_step.progress import Active, Execution, Phase, Progress
from playbooks.cacao.next_step.describe import describe
from playbooks.cacao.next_step.scope import StepScope


def undo(playbook: Playbook, progress: Progress) -> tuple[ActionDue, ...]:
    """What to do, one after the other, to undo a run; keys end in `.undo`. Raises CannotSubstitute."""
    return tuple(_undo(playbook, progress, execution) for execution in reversed(progress.undoable))


def _undo(playbook: Playbook, progress: Progress, execution: Execution) -> ActionDue:
    step_id = execution.rpartition("#")[0]
    step = playbook.workflow[step_id]
    assert isinstance(step, ActionStep)
    backwards = step.model_copy(update={"commands": step_notes(step).undo, "out_args": ()})
    reversed_playbook = playbook.model_copy(update={"workflow": {step_id: backwards}})
    active = {execution: Active(step=step_id, phase=Phase.DUE)}
    due = describe(reversed_playbook, execution, active[execution], StepScope(reversed_playbook, progress.values, active, execution))
    assert isinstance(due, ActionDue)
    return due.model_copy(update={"key": f"{execution}.undo"})
