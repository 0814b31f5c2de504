"""Which branch a condition opens, or why that is a question to a person."""

from dataclasses import dataclass

from playbooks.cacao.conditions import NotACondition, Unknown, evaluate, parse_condition
from playbooks.cacao.model import Identifier, IfConditionStep, SwitchConditionStep, WhileConditionStep
from playbooks.cacao.next_step.describe import YES
from playbooks.cacao.variables import Scope, whole_reference
from playbooks.domain.saying import Saying, kept
from playbooks.domain.told import referred

Conditional = IfConditionStep | WhileConditionStep | SwitchConditionStep

DEFAULT = "default"


@dataclass(frozen=True)
class Undecidable:
    """Nobody but a person can say; `why` tells them."""

    why: Saying


def decide(step: Conditional, scope: Scope) -> str | Undecidable:
    """The answer to a step's condition: `true`, `false`, or the value to switch on."""
    if isinstance(step, SwitchConditionStep):
        return _switched(step, scope)
    try:
        return "true" if evaluate(parse_condition(step.condition), scope) else "false"
    except NotACondition as error:
        return Undecidable(kept("run.because.prose", fault=error.problem))
    except Unknown as error:
        return Undecidable(kept("run.because.undecided", fault=error.fault))


def _switched(step: SwitchConditionStep, scope: Scope) -> str | Undecidable:
    name = whole_reference(step.switch.strip()) or step.switch.strip()
    if name not in scope:
        return Undecidable(kept("run.because.no_variable"))
    value = scope[name].text
    if referred(value):
        return Undecidable(kept("run.because.answered_in_prose", named=name))
    return Undecidable(kept("run.because.no_value", named=name)) if value is None else value


def branch_for(step: Conditional, answer: str) -> Identifier | None:
    """The first step of the branch for an answer; None where there is nothing to do for it."""
    if isinstance(step, SwitchConditionStep):
        return step.cases.get(answer, step.cases.get(DEFAULT))
    if answer == YES:
        return step.on_true
    return step.on_false if isinstance(step, IfConditionStep) else None
