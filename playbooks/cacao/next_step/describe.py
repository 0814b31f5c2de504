"""From a step that waits to what is to be done about it."""

from datetime import timedelta

from playbooks.cacao import limits
from playbooks.cacao.choices import choices_of
from playbooks.cacao.escaping import Place
from playbooks.cacao.extension import step_notes
from playbooks.cacao.filling import fill_agent, fill_command
from playbooks.cacao.model import (
    ActionStep,
    IfConditionStep,
    Playbook,
    PlaybookActionStep,
    Step,
    SwitchConditionStep,
    WhileConditionStep,
)
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
from playbooks.cacao.next_step.progress import Active, Execution, Phase, Value
from playbooks.cacao.next_step.scope import StepScope
from playbooks.cacao.variables import references, substitute
from playbooks.domain.saying import Saying, kept

YES, NO = "true", "false"


def key_of(playbook: Playbook, execution: Execution, active: Active) -> str | None:
    """The key of what is due for an active step; None while it only waits for its branches."""
    if active.phase is Phase.OPEN:
        return f"{execution}.deadline" if playbook.workflow[active.step].timeout else None
    if active.phase is Phase.DELAY:
        return f"{execution}.delay"
    if active.phase is Phase.STOPPED:
        return f"{execution}.decision"
    is_work = isinstance(playbook.workflow[active.step], ActionStep | PlaybookActionStep)
    return execution if is_work else f"{execution}.question{active.rounds + 1}"


def describe(playbook: Playbook, execution: Execution, active: Active, scope: StepScope) -> Due:
    """What is due for an active step. Raises CannotSubstitute, which `settle` has turned into a failure before."""
    step = playbook.workflow[active.step]
    common: dict[str, str] = {
        "key": key_of(playbook, execution, active) or "",
        "execution": execution,
        "step_id": active.step,
        "name": playbook.label(active.step),
    }
    if active.phase is Phase.DELAY:
        return DelayDue(**common, delay=step.wait)
    if active.phase is Phase.STOPPED:
        return DecisionDue(**common, reason=active.reason)
    if active.phase is Phase.OPEN:
        return DeadlineDue(**common, timeout=_timeout(step))
    if isinstance(step, ActionStep):
        return describe_action(playbook, step, common, scope)
    if isinstance(step, PlaybookActionStep):
        return _sub_playbook(step, common, scope)
    return _question(step, common, active.reason)


def _timeout(step: Step) -> timedelta:
    """The step's own, or the engine's longest; 0 stands for none in documents that state every property."""
    return timedelta(milliseconds=step.timeout) if step.timeout else limits.LONGEST_STEP


def describe_action(
    playbook: Playbook, step: ActionStep, common: dict[str, str], scope: StepScope
) -> ActionDue:
    """The work of an action step; `common` is what it is called. Raises CannotSubstitute."""
    agent = playbook.agent_or_target(step.agent) if step.agent is not None else None
    targets = [playbook.agent_or_target(target) for target in step.targets]
    return ActionDue(
        **common,
        description=_for_people(step.description or "", scope),
        commands=tuple(fill_command(command, scope) for command in step.commands),
        agent=None if agent is None else fill_agent(agent, scope),
        targets=tuple(fill_agent(target, scope) for target in targets if target is not None),
        in_args=_values(step.in_args, scope),
        asks=tuple(_ask(playbook, name, scope) for name in step.out_args if name in scope),
        notes=step_notes(step),
        doubt=_doubt(playbook, step),
        timeout=_timeout(step),
    )


def _doubt(playbook: Playbook, step: ActionStep) -> Saying | str:
    """Something that only a person can know: what an undefined name means, or what there is to do."""
    if not step.commands:
        return kept("run.because.no_command")
    if step.agent is None:
        return kept("run.because.no_agent")
    named = (step.agent, *step.targets)
    missing = next((name for name in named if playbook.agent_or_target(name) is None), None)
    return "" if missing is None else kept("run.because.undefined", named=missing)


def _for_people(text: str, scope: StepScope) -> str:
    """A description is prose: what looks like a variable and is none stays."""
    known = all(name in scope for name in references(text))
    return substitute(text, scope, Place.TEXT) if known else text


def _sub_playbook(step: PlaybookActionStep, common: dict[str, str], scope: StepScope) -> SubPlaybookDue:
    return SubPlaybookDue(
        **common,
        playbook_id=step.playbook_id,
        playbook_version=step.playbook_version,
        in_args=_values(step.in_args, scope),
        out_args=step.out_args,
        notes=step_notes(step),
        timeout=_timeout(step),
    )


def _values(names: tuple[str, ...], scope: StepScope) -> dict[str, Value]:
    return {name: scope[name].text for name in names if name in scope}


def _ask(playbook: Playbook, name: str, scope: StepScope) -> Ask:
    variable = scope[name]
    return Ask(
        name=name,
        type=variable.type,
        description=variable.description or "",
        choices=choices_of(playbook, name, variable.type),
    )


def _question(step: Step, common: dict[str, str], why: Saying | str) -> QuestionDue:
    if isinstance(step, SwitchConditionStep):
        kind, text, choices = QuestionKind.SWITCH, step.switch, tuple(step.cases)
    else:
        condition = step.condition if isinstance(step, IfConditionStep | WhileConditionStep) else ""
        kind, text, choices = QuestionKind.CONDITION, condition, (YES, NO)
    return QuestionDue(**common, kind=kind, text=text, why=why, choices=choices, timeout=_timeout(step))
