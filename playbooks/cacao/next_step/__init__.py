"""The interpreter: what follows in a playbook from the outcome of a step. Pure; whoever drives it does the rest.

    progress = begin(playbook, {"__affected_system__": "mail"})
    while not progress.is_finished:
        for due in ready(playbook, progress):       # everything in flight, in the order in which it became due
            ...                                     # start what has a new `due.key`; cancel what is listed no more
        key, outcome = ...                          # wait for the first of them to come out
        progress = settle(playbook, progress, key, Outcome(out_args={"__backups_intact__": "true"}))

Every due thing is settled once, under its `key`: a delay when it has passed, an action or another playbook when it is
done, a question with an `answer`, a deadline with `timeout` when it passes, a decision with `retry`, `skip` or
`failure`. What is no longer in `keys(playbook, progress)` was withdrawn: cancel it.

The playbook must have passed `check`. The same inputs give the same result, everywhere and in every order of hashing;
a Progress is a frozen pydantic model and survives JSON, so it can be carried from one run to the next.
"""

from collections.abc import Mapping

from playbooks.cacao.model import Playbook, PlaybookActionStep, SwitchConditionStep
from playbooks.cacao.model.step import ActionStep
from playbooks.cacao.next_step.advance import Run
from playbooks.cacao.next_step.branching import DEFAULT
from playbooks.cacao.next_step.describe import NO, YES, describe, key_of
from playbooks.cacao.next_step.due import (
    ActionDue,
    Ask,
    DeadlineDue,
    DecisionDue,
    DelayDue,
    Due,
    QuestionDue,
    QuestionKind,
    SubPlaybookDue,
)
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
from playbooks.cacao.next_step.undo import is_undo, undo
from playbooks.cacao.variables import check_value
from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.saying import saying

__all__ = [
    "ActionDue",
    "Ask",
    "DeadlineDue",
    "DecisionDue",
    "DelayDue",
    "Due",
    "Outcome",
    "Phase",
    "Progress",
    "QuestionDue",
    "QuestionKind",
    "Result",
    "StepStatus",
    "SubPlaybookDue",
    "abort",
    "begin",
    "is_undo",
    "keys",
    "outputs",
    "ready",
    "settle",
    "undo",
]


def begin(playbook: Playbook, args: Mapping[str, Value] | None = None) -> Progress:
    """Start a run; `args` give external variables their values. Raises Malformed for any other name or a bad value."""
    values = {name: variable.text for name, variable in playbook.playbook_variables.items()}
    for name, value in (args or {}).items():
        variable = playbook.playbook_variables.get(name)
        if variable is None or not variable.external:
            raise Malformed(
                saying("course.no_external", named=name, other=playbook.name), code="unknown_argument"
            )
        check_value(name, variable.model_copy(update={"constant": False}), value)
        values[name] = value
    run = Run(playbook, Progress(values=values))
    run.enter(playbook.workflow_start, None)
    return run.frozen()


def keys(playbook: Playbook, progress: Progress) -> tuple[str, ...]:
    """The keys of everything in flight, in the order of `ready`; cheaper than `ready`."""
    found = (key_of(playbook, execution, active) for execution, active in progress.active.items())
    return tuple(key for key in found if key is not None)


def ready(
    playbook: Playbook, progress: Progress, *, known: Mapping[str, object] | None = None
) -> tuple[Due, ...]:
    """Everything that is to be done now, in the order in which it became due, without the keys already `known`."""
    dues: list[Due] = []
    for execution, active in progress.active.items():
        key = key_of(playbook, execution, active)
        if key is not None and key not in (known or {}):
            scope = StepScope(playbook, progress.values, progress.active, execution)
            dues.append(describe(playbook, execution, active, scope))
    return tuple(dues)


def settle(playbook: Playbook, progress: Progress, key: str, outcome: Outcome) -> Progress:
    """The run after something due has come out.

    Raises Conflict when nothing of that key is in flight (it was settled or withdrawn before), and Malformed when the
    outcome does not fit: an answer that is no choice, an output that the step does not have or of another type. The
    progress given in stays as it was.
    """
    execution = _execution(playbook, progress, key)
    active = progress.active[execution]
    if outcome.result is Result.RETRY and active.phase is not Phase.STOPPED:
        raise Malformed(saying("course.not_stopped"), code="nothing_to_retry")
    run = Run(playbook, progress)
    if active.phase is Phase.STOPPED:
        run.decided(execution, outcome.result)
    elif active.phase is Phase.OPEN:
        run.withdraw_branches(execution)
        run.complete(execution, outcome)
    elif outcome.result is not Result.SUCCESS:
        run.complete(execution, outcome)
    elif active.phase is Phase.DELAY:
        run.start(execution)
    else:
        _done(playbook, run, execution, active, outcome)
    return run.frozen()


def _execution(playbook: Playbook, progress: Progress, key: str) -> Execution:
    stem, dot, _ = key.rpartition(".")
    for execution in (key, stem) if dot else (key,):
        active = progress.active.get(execution)
        if active is not None and key_of(playbook, execution, active) == key:
            return execution
    raise Conflict(saying("course.not_waiting", key=key), code="not_in_flight")


def _done(playbook: Playbook, run: Run, execution: Execution, active: Active, outcome: Outcome) -> None:
    step = playbook.workflow[active.step]
    if isinstance(step, ActionStep | PlaybookActionStep):
        _fill(playbook, run, execution, step.out_args, outcome.out_args)
        run.complete(execution, outcome)
        return
    choices = (*step.cases, DEFAULT) if isinstance(step, SwitchConditionStep) else (YES, NO)
    if outcome.answer not in choices:
        raise Malformed(
            saying("course.no_answer", typed=outcome.answer, names=choices), code="no_such_choice"
        )
    run.answer(execution, outcome.answer)


def _fill(
    playbook: Playbook,
    run: Run,
    execution: Execution,
    declared: tuple[str, ...],
    out_args: Mapping[str, Value],
) -> None:
    """Store what a step brought back: in the innermost scope that declares the name (CACAO 2.0 §4.5, `out_args`)."""
    scope = StepScope(playbook, run.values, run.active, execution)
    for name, value in out_args.items():
        if name not in declared or name not in scope:
            raise Malformed(
                saying("course.no_output", named=name, other=playbook.label(run.active[execution].step)),
                code="unknown_output",
            )
        check_value(name, scope[name], value)
        run.store(scope.owner(name), name, value)


def abort(playbook: Playbook, progress: Progress) -> Progress:
    """End the run as failed; what was in flight is withdrawn, and `undo` says what can be taken back."""
    run = Run(playbook, progress)
    run.abort()
    return run.frozen()


def outputs(progress: Progress, names: tuple[str, ...]) -> dict[str, Value]:
    """The values that a playbook run as a step hands back to the one that ran it."""
    return {name: progress.values[name] for name in names if name in progress.values}
