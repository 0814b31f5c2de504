"""Limits on what one playbook may hold."""

from collections.abc import Iterator

from playbooks.cacao import limits
from playbooks.cacao.finding import Finding, refuse
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import IfConditionStep, WhileConditionStep

_SPLIT = "Split the playbook: a step can run another playbook."


def rules(playbook: Playbook) -> Iterator[Finding]:
    """Steps, and branches of one step."""
    if len(playbook.workflow) > limits.STEPS:
        problem = f"It has {len(playbook.workflow):,} steps; the limit is {limits.STEPS:,}."
        yield refuse(("workflow",), limits.RULE, problem, _SPLIT)
    length = sum(map(len, _conditions(playbook)))
    if length > limits.ALL_CONDITIONS:
        problem = f"Its conditions have {length:,} characters; the limit is {limits.ALL_CONDITIONS:,}."
        yield refuse(("workflow",), limits.RULE, problem, _SPLIT)
    patterns = sum(text.upper().count("MATCHES") for text in _conditions(playbook))
    if patterns > limits.ALL_PATTERNS:
        problem = f"Its conditions hold {patterns:,} MATCHES; the limit is {limits.ALL_PATTERNS:,}."
        yield refuse(("workflow",), limits.RULE, problem, _SPLIT)
    for identifier, step in playbook.workflow.items():
        if len(step.branches) > limits.BRANCHES:
            problem = f"It opens {len(step.branches):,} branches; the limit is {limits.BRANCHES:,}."
            yield refuse(("workflow", identifier), limits.RULE, problem, _SPLIT)


def _conditions(playbook: Playbook) -> Iterator[str]:
    for step in playbook.workflow.values():
        if isinstance(step, IfConditionStep | WhileConditionStep):
            yield step.condition
