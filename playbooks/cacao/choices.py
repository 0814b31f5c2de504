"""What a variable may be answered with: yes or no, or the cases of the switch that goes by it."""

from collections.abc import Iterator
from functools import lru_cache

from playbooks.cacao.conditions import NotACondition, parse_condition
from playbooks.cacao.conditions.doubts import compared
from playbooks.cacao.conditions.grammar import Scalar
from playbooks.cacao.model import IfConditionStep, Playbook, SwitchConditionStep, WhileConditionStep
from playbooks.cacao.structure import ById
from playbooks.cacao.variables import CHOICES, whole_reference


def choices_of(playbook: Playbook, name: str, type_: str) -> tuple[str, ...]:
    """The only values that make sense for a variable; empty for free ones.

    Whoever is asked for what a switch goes by (CACAO 2.0 §4.10) chooses among its cases, so that no slip of the pen
    leads nowhere.
    """
    return CHOICES.get(type_) or (_switched(ById(playbook)).get(name, ()) if type_ == "string" else ())


@lru_cache(maxsize=4)
def _switched(key: ById) -> dict[str, tuple[str, ...]]:
    switches = [step for step in key.playbook.workflow.values() if isinstance(step, SwitchConditionStep)]
    return {
        name: tuple(step.cases)
        for step in reversed(switches)
        if (name := whole_reference(step.switch.strip()) or step.switch.strip())
    }


def deciding_values(playbook: Playbook) -> dict[str, tuple[str, ...]]:
    """For each variable values on which a condition may turn: what it is compared with; of numbers those beside too."""
    found: dict[str, dict[str, None]] = {}
    for step in playbook.workflow.values():
        if isinstance(step, IfConditionStep | WhileConditionStep):
            try:
                condition = parse_condition(step.condition)
            except NotACondition:
                continue
            for name, value in compared(condition):
                found.setdefault(name, {}).update(dict.fromkeys(_beside(value)))
    return {name: tuple(values) for name, values in found.items()}


def _beside(value: Scalar) -> Iterator[str]:
    """A value, and those around it; as text, which all values of CACAO are (2.0, §10.18.2)."""
    if isinstance(value, str):
        yield value
    elif not isinstance(value, bool):
        yield from (str(value), str(value + 1), str(value - 1))
