"""What a variable may be answered with: yes or no, or the cases of the switch that goes by it."""

from functools import lru_cache

from playbooks.cacao.model import Playbook, SwitchConditionStep
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
