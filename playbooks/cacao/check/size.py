"""Limits on what one playbook may hold."""

from collections.abc import Iterator

from playbooks.cacao import limits
from playbooks.cacao.finding import Finding, refuse
from playbooks.cacao.model import Playbook

_SPLIT = "Split the playbook: a step can run another playbook."


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Steps, and branches of one step."""
    if len(playbook.workflow) > limits.STEPS:
        problem = f"It has {len(playbook.workflow):,} steps; the limit is {limits.STEPS:,}."
        yield refuse(("workflow",), limits.RULE, problem, _SPLIT)
    for identifier, step in playbook.workflow.items():
        if len(step.branches) > limits.BRANCHES:
            problem = f"It opens {len(step.branches):,} branches; the limit is {limits.BRANCHES:,}."
            yield refuse(("workflow", identifier), limits.RULE, problem, _SPLIT)
