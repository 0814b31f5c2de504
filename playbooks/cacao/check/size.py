"""Limits on what one playbook may hold."""

from collections.abc import Iterator

from playbooks.cacao import limits
from playbooks.cacao.finding import Finding, refuse
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import IfConditionStep, WhileConditionStep


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Steps, and branches of one step."""
    if len(playbook.workflow) > limits.STEPS:
        yield refuse(
            ("workflow",),
            limits.RULE,
            "many_steps",
            remedy="split",
            count=len(playbook.workflow),
            size=limits.STEPS,
        )
    length = sum(map(len, _conditions(playbook)))
    if length > limits.ALL_CONDITIONS:
        yield refuse(
            ("workflow",),
            limits.RULE,
            "long_conditions",
            remedy="split",
            count=length,
            size=limits.ALL_CONDITIONS,
        )
    patterns = sum(text.upper().count("MATCHES") for text in _conditions(playbook))
    if patterns > limits.ALL_PATTERNS:
        yield refuse(
            ("workflow",),
            limits.RULE,
            "many_patterns",
            remedy="split",
            count=patterns,
            size=limits.ALL_PATTERNS,
        )
    for identifier, step in playbook.workflow.items():
        if len(step.branches) > limits.BRANCHES:
            yield refuse(
                ("workflow", identifier),
                limits.RULE,
                "many_branches",
                remedy="split",
                count=len(step.branches),
                size=limits.BRANCHES,
            )


def _conditions(playbook: Playbook) -> Iterator[str]:
    for step in playbook.workflow.values():
        if isinstance(step, IfConditionStep | WhileConditionStep):
            yield step.condition
