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

_ASKED = "It becomes a question to a person whenever the step is reached."
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
                problem = (
                    "No step fills what it asks, so once it is true it goes round until the limit and fails."
                )
                yield warn(
                    (*path, "condition"),
                    "CACAO 2.0 §4.9",
                    problem,
                    "Name in the out_args of a step of its branch what ends it.",
                )
        elif isinstance(step, SwitchConditionStep):
            yield from _switch(path, step)
        elif isinstance(step, ParallelStep) and len(step.next_steps) < _FEWEST:
            problem = f"A parallel step has at least two branches; this has {len(step.next_steps)}."
            yield warn(
                (*path, "next_steps"),
                "CACAO 2.0 §4.7",
                problem,
                "Add a branch, or list the steps one after another.",
            )


def _condition(path: Path, text: str, rule: str, scope: Scope) -> Iterator[Finding]:
    try:
        condition = parse_condition(text)
    except NotACondition as error:
        problem = (
            f"“{text[:100]}” is not a condition (at character {error.position + 1}: {error.problem[:100]})."
        )
        yield warn(path, f"{rule}; STIX 2.1 §9", problem, _ASKED)
        return
    for doubt in doubts(condition):
        yield warn(path, f"{rule}; STIX 2.1 §9", doubt, _ASKED)
    for misfit in misfits(condition, scope):
        yield warn(path, f"{rule}; STIX 2.1 §9.6", misfit, "Write the value as one of that type is written.")


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
        yield warn((*path, "switch"), rule, f"“{text[:100]}” is no variable.", _ASKED)
    if not step.cases:
        yield warn((*path, "cases"), rule, "There is no case; the step does nothing.", "Add a case.")
    for case in step.cases:
        if _CASE.match(case) is None:
            problem = f"“{case[:80]}” is no name for a case in the standard's way."
            yield warn(
                (*path, "cases", case),
                rule,
                problem,
                "Use letters, digits, _ and -; it is compared as it is.",
            )
