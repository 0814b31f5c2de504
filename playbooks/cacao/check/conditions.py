"""Conditions: in the grammar, or else a question to a person (CACAO 2.0 §4.8-4.10)."""

import re
from collections.abc import Container, Iterator

from playbooks.cacao.check.variables import seen_by
from playbooks.cacao.conditions import NotACondition, parse_condition, variables_of
from playbooks.cacao.conditions.doubts import doubts, misfits
from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.model import Playbook
from playbooks.cacao.model.step import IfConditionStep, ParallelStep, SwitchConditionStep, WhileConditionStep
from playbooks.cacao.variables import NAME, Scope, whole_reference

_CASE = re.compile(r"[A-Za-z0-9_-]{1,250}\Z")
_FEWEST = 2


def rules(playbook: Playbook) -> Iterator[Finding]:
    """if, while and switch; and parallel steps with fewer than two branches."""
    filled = frozenset(name for step in playbook.workflow.values() for name in getattr(step, "out_args", ()))
    for identifier, step in playbook.workflow.items():
        path: Path = ("workflow", identifier)
        if isinstance(step, IfConditionStep | WhileConditionStep):
            section = "§4.8" if step.type == "if-condition" else "§4.9"
            yield from _condition(
                (*path, "condition"),
                step.condition,
                f"CACAO 2.0 {section}",
                seen_by(playbook, identifier, step),
            )
            if isinstance(step, WhileConditionStep) and not _may_change(step.condition, filled):
                yield warn((*path, "condition"), "CACAO 2.0 §4.9", "endless")
        elif isinstance(step, SwitchConditionStep):
            yield from _switch(path, step)
        elif isinstance(step, ParallelStep) and len(step.next_steps) < _FEWEST:
            yield warn((*path, "next_steps"), "CACAO 2.0 §4.7", "few_branches", number=len(step.next_steps))


def _condition(path: Path, text: str, rule: str, scope: Scope) -> Iterator[Finding]:
    try:
        condition = parse_condition(text)
    except NotACondition as error:
        yield warn(
            path,
            f"{rule}; STIX 2.1 §9",
            "not_a_condition",
            remedy="asked",
            typed=text[:100],
            position=error.position + 1,
            fault=error.problem,
        )
        return
    for doubt in doubts(condition):
        yield warn(path, f"{rule}; STIX 2.1 §9", doubt.code, remedy="asked", **doubt.named)
    for misfit in misfits(condition, scope):
        yield warn(path, f"{rule}; STIX 2.1 §9.6", misfit.code, remedy="as_typed", **misfit.named)


def _may_change(text: str, filled: Container[str]) -> bool:
    """Whether a step fills what a condition reads; what is prose or no variable is asked of a person each time."""
    try:
        condition = parse_condition(text)
    except NotACondition:
        return True
    return any(True for _ in doubts(condition)) or any(name in filled for name in variables_of(condition))


def _switch(path: Path, step: SwitchConditionStep) -> Iterator[Finding]:
    rule = "CACAO 2.0 §4.10"
    text = step.switch.strip()
    if whole_reference(text) is None and NAME.match(text) is None:
        yield warn((*path, "switch"), rule, "no_variable", remedy="asked", typed=text[:100])
    if not step.cases:
        yield warn((*path, "cases"), rule, "no_case")
    for case in step.cases:
        if _CASE.match(case) is None:
            yield warn((*path, "cases", case), rule, "case_name", typed=case[:80])
