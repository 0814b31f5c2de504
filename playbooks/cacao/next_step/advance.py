"""One transition of a run: the steps that follow from an outcome, until everything active waits for the world.

Where the standard leaves it open, docs/decisions/cacao-failure.md and cacao-branches.md say why it is so.
"""

from collections import deque
from collections.abc import Callable, Iterator

from playbooks.cacao import limits
from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import (
    ActionStep,
    EndStep,
    Identifier,
    IfConditionStep,
    ParallelStep,
    Playbook,
    PlaybookActionStep,
    StartStep,
    Step,
    SwitchConditionStep,
    WhileConditionStep,
)
from playbooks.cacao.next_step.branching import Undecidable, branch_for, decide
from playbooks.cacao.next_step.describe import describe
from playbooks.cacao.next_step.progress import (
    Active,
    Execution,
    Outcome,
    Phase,
    Progress,
    Result,
    StepStatus,
    Value,
)
from playbooks.cacao.next_step.scope import StepScope
from playbooks.cacao.structure import ends_branch
from playbooks.cacao.variables import CannotSubstitute
from playbooks.domain.saying import kept

_STATUS = {
    Result.SUCCESS: StepStatus.SUCCESSFULLY_EXECUTED,
    Result.SKIP: StepStatus.SKIPPED,
    Result.FAILURE: StepStatus.FAILED,
    Result.TIMEOUT: StepStatus.TIMEOUT_ERROR,
}


def _can_be_undone(step: Step) -> bool:
    """An action that says how; a playbook that was run, by what it did itself."""
    has_undo = isinstance(step, ActionStep) and bool(step_notes(step).undo)
    return has_undo or isinstance(step, PlaybookActionStep)


class Run:
    """A progress that is being moved on. Made for one transition, then frozen again."""

    def __init__(self, playbook: Playbook, progress: Progress) -> None:
        self._playbook = playbook
        self._workflow = playbook.workflow
        self.values = dict(progress.values)
        self.active = dict(progress.active)
        self._statuses = dict(progress.statuses)
        self._undoable = progress.undoable
        self._executions = progress.executions
        self._is_finished = progress.is_finished
        self._is_failed = progress.is_failed
        self._todo: deque[Callable[[], None]] = deque()

    def frozen(self) -> Progress:
        """The progress once nothing more follows by itself."""
        while self._todo and not self._is_finished:
            self._todo.popleft()()
        return Progress.model_construct(
            values=self.values,
            active=self.active,
            statuses=self._statuses,
            undoable=self._undoable,
            executions=self._executions,
            is_finished=self._is_finished,
            is_failed=self._is_failed,
        )

    # a step begins

    def enter(self, step_id: Identifier, within: Execution | None, *, is_broken: bool = False) -> None:
        """Send control to a step: on the main line, or in the branch that `within` opened."""
        self._todo.append(lambda: self._enter(step_id, within, is_broken=is_broken))

    def _enter(self, step_id: Identifier, within: Execution | None, *, is_broken: bool) -> None:
        if ends_branch(self._playbook, self._openers(within), step_id):
            self._leave(within, is_broken=is_broken)
            return
        step = self._workflow[step_id]
        self._executions += 1
        execution = self._began(step_id)
        if self._executions > limits.EXECUTIONS:
            self.abort()
        elif isinstance(step, EndStep):
            self._set_status(execution, step_id, StepStatus.SUCCESSFULLY_EXECUTED)
            self._leave(within, is_broken=is_broken)
        else:
            phase = Phase.DELAY if step.wait else Phase.DUE
            self.active[execution] = Active(step=step_id, phase=phase, within=within, is_broken=is_broken)
            if phase is Phase.DUE:
                self.start(execution)

    def _openers(self, within: Execution | None) -> Iterator[Identifier]:
        """The steps whose branch this is, innermost first."""
        while within is not None:
            active = self.active[within]
            yield active.step
            within = active.within

    def _began(self, step_id: Identifier) -> Execution:
        earlier = self._statuses.get(step_id, ())
        self._statuses[step_id] = (*earlier, StepStatus.ONGOING)
        return f"{step_id}#{len(earlier) + 1}"

    def start(self, execution: Execution) -> None:
        """The delay is over, or there was none."""
        active = self.active[execution]
        step = self._workflow[active.step]
        if isinstance(step, StartStep):
            self.complete(execution, Outcome())
        elif isinstance(step, ParallelStep):
            self._open(execution, step.next_steps)
        elif isinstance(step, ActionStep | PlaybookActionStep):
            self._make_due(execution)
        else:
            self._decide(execution)

    def _make_due(self, execution: Execution) -> None:
        active = self._change(execution, phase=Phase.DUE)
        scope = StepScope(self._playbook, self.values, self.active, execution)
        try:
            describe(self._playbook, execution, active, scope)
        except CannotSubstitute as error:
            self.complete(execution, Outcome(result=Result.FAILURE, reason=error.wording))
        else:
            self._change(execution, seen=dict(scope.read))

    def _change(self, execution: Execution, **changes: object) -> Active:
        self.active[execution] = self.active[execution].model_copy(update=changes)
        return self.active[execution]

    def store(self, owner: Execution | None, name: str, value: Value) -> None:
        """Give a variable its value, in the execution that declares it or in the playbook."""
        if owner is None:
            self.values[name] = value
        else:
            self._change(owner, values={**self.active[owner].values, name: value})

    # branches

    def _open(self, execution: Execution, starts: tuple[Identifier, ...]) -> None:
        self._change(execution, phase=Phase.OPEN, branches=len(starts))
        for start in starts:
            self.enter(start, execution)
        if not starts:
            self.complete(execution, Outcome())

    def _decide(self, execution: Execution) -> None:
        step = self._conditional(execution)
        scope = StepScope(self._playbook, self.values, self.active, execution)
        answer = decide(step, scope)
        if isinstance(answer, Undecidable):
            self._change(execution, phase=Phase.DUE, reason=answer.why)
            self._set_status(execution, self.active[execution].step, StepStatus.AWAIT_USER_INPUT)
        else:
            self.answer(execution, answer)

    def answer(self, execution: Execution, answer: str) -> None:
        """Open the branch that the answer to a condition calls for."""
        self._set_status(execution, self.active[execution].step, StepStatus.ONGOING)
        branch = branch_for(self._conditional(execution), answer)
        if branch is None:
            self.complete(execution, Outcome())
        else:
            self._open(execution, (branch,))

    def _conditional(
        self, execution: Execution
    ) -> IfConditionStep | WhileConditionStep | SwitchConditionStep:
        step = self._workflow[self.active[execution].step]
        if not isinstance(step, IfConditionStep | WhileConditionStep | SwitchConditionStep):
            raise TypeError(f"{step.type} has no condition")
        return step

    def _leave(self, within: Execution | None, *, is_broken: bool) -> None:
        """A branch, or the main line, has come to its end."""
        if within is None:
            self._is_finished, self._is_failed = True, is_broken
            return
        opener = self.active[within]
        opener = self._change(within, branches=opener.branches - 1, is_hurt=opener.is_hurt or is_broken)
        if opener.branches == 0:
            self._returned(within, opener)

    def _returned(self, execution: Execution, opener: Active) -> None:
        """All branches of a step have ended."""
        if opener.is_hurt:
            self.complete(execution, Outcome(result=Result.FAILURE, reason=kept("run.because.branch")))
        elif not isinstance(self._workflow[opener.step], WhileConditionStep):
            self.complete(execution, Outcome())
        elif opener.rounds + 1 >= limits.ROUNDS:
            reason = kept("run.because.rounds", size=limits.ROUNDS)
            self.complete(execution, Outcome(result=Result.FAILURE, reason=reason))
        else:
            self._change(execution, rounds=opener.rounds + 1)
            self._todo.append(lambda: self._decide(execution))

    # a step ends

    def complete(self, execution: Execution, outcome: Outcome) -> None:
        """A step has ended: go where it leads after this outcome."""
        active = self.active.pop(execution)
        self._set_status(execution, active.step, _STATUS[outcome.result])
        if outcome.result in (Result.SUCCESS, Result.SKIP):
            self._succeeded(execution, active, outcome)
        else:
            self._failed(execution, active, outcome)

    def _succeeded(self, execution: Execution, active: Active, outcome: Outcome) -> None:
        step = self._workflow[active.step]
        if outcome.result is Result.SUCCESS:
            self._remember(execution, step)
        following = step.on_success or step.on_completion
        if following is None:
            self._leave(active.within, is_broken=active.is_broken)
        else:
            self.enter(following, active.within, is_broken=active.is_broken)

    def _remember(self, execution: Execution, step: Step) -> None:
        """It did something that can be undone, or may have: undoing what was not done does no harm."""
        if _can_be_undone(step):
            self._undoable = (*self._undoable, execution)

    def _failed(self, execution: Execution, active: Active, outcome: Outcome) -> None:
        step, exception = self._workflow[active.step], self._playbook.workflow_exception
        if outcome.acted or outcome.result is Result.TIMEOUT:
            self._remember(execution, step)
        if step.on_failure is not None:
            self.enter(step.on_failure, active.within, is_broken=active.is_broken)
        elif active.is_hurt:
            self._leave(active.within, is_broken=True)
        elif exception is not None and not active.is_broken:
            self.enter(exception, active.within, is_broken=True)
        else:
            late = outcome.result is Result.TIMEOUT
            reason = outcome.reason or kept("run.because.late" if late else "run.because.failed")
            stopped = active.model_copy(update={"phase": Phase.STOPPED, "reason": reason})
            self.active[execution] = stopped

    def decided(self, execution: Execution, result: Result) -> None:
        """The incident commander's decision about a step that was stopped."""
        active = self.active.pop(execution)
        if result is Result.RETRY:
            self.enter(active.step, active.within, is_broken=active.is_broken)
        elif result in (Result.SUCCESS, Result.SKIP):
            self._set_status(execution, active.step, StepStatus.SKIPPED)
            self._succeeded(execution, active, Outcome(result=Result.SKIP))
        else:
            self._leave(active.within, is_broken=True)

    def withdraw_branches(self, execution: Execution) -> None:
        """End whatever is active inside a step, without outcome."""
        inside = {execution}
        for other, active in list(self.active.items()):
            if active.within in inside:
                inside.add(other)
                self._withdraw(other)

    def _withdraw(self, execution: Execution) -> None:
        active = self.active.pop(execution)
        self._set_status(execution, active.step, StepStatus.WITHDRAWN)
        if active.phase is Phase.DUE:
            self._remember(execution, self._workflow[active.step])

    def abort(self) -> None:
        """End the run now, as failed."""
        for execution in list(self.active):
            self._withdraw(execution)
        self._is_finished = self._is_failed = True

    def _set_status(self, execution: Execution, step_id: Identifier, status: StepStatus) -> None:
        index = int(execution.rpartition("#")[2]) - 1
        statuses = self._statuses[step_id]
        self._statuses[step_id] = (*statuses[:index], status, *statuses[index + 1 :])
