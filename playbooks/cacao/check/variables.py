"""Variables: declared, typed, in scope, and constants left alone (CACAO 2.0 §10.18)."""

import json
from collections import ChainMap
from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from playbooks.cacao.conditions import NotACondition, parse_condition, variables_of
from playbooks.cacao.finding import Finding, Path, refuse, warn
from playbooks.cacao.model import Playbook, Step, Variable
from playbooks.cacao.model.step import (
    ActionStep,
    IfConditionStep,
    PlaybookActionStep,
    SwitchConditionStep,
    WhileConditionStep,
)
from playbooks.cacao.structure import structure_of
from playbooks.cacao.variables import NAME, all_references, fits, references, whole_reference
from playbooks.cacao.vocabularies import VARIABLE_TYPES

RULE = "CACAO 2.0 §10.18"
_LONGEST_NAME = 250


def rules(playbook: Playbook) -> Iterator[Finding]:
    """The declarations, then every use in the steps and in what the steps use."""
    yield from _declarations(("playbook_variables",), playbook.playbook_variables)
    uses = _Uses(playbook)
    for identifier, step in playbook.workflow.items():
        yield from _declarations(("workflow", identifier, "step_variables"), step.step_variables)
        for name, variable in step.step_variables.items():
            if name in playbook.playbook_variables:
                yield warn(
                    ("workflow", identifier, "step_variables", name),
                    RULE,
                    "hidden_variable",
                    named=name[:100],
                )
            if variable.external:
                yield warn(("workflow", identifier, "step_variables", name), RULE, "external_step_variable")
        yield from uses.findings(identifier, step)


def _declarations(path: Path, variables: dict[str, Variable]) -> Iterator[Finding]:
    for name, variable in variables.items():
        here = (*path, name)
        if NAME.match(name) is None or len(name) > _LONGEST_NAME:
            yield warn(here, RULE, "variable_name", named=name[:80])
        if variable.type not in VARIABLE_TYPES:
            yield warn(
                (*here, "type"),
                RULE,
                "variable_type",
                typed=variable.type[:60],
                known=", ".join(VARIABLE_TYPES),
            )
        if variable.value is not None and not isinstance(variable.value, str):
            yield warn((*here, "value"), RULE, "value_not_text")
        elif isinstance(variable.value, str) and not fits(variable.value, variable.type):
            yield warn((*here, "value"), RULE, "value_type", remedy="value_or_type", typed=variable.type)
        elif variable.type == "dictionary" and variable.value and not _is_dictionary(variable.value):
            yield warn((*here, "value"), RULE, "no_dictionary", remedy="value_or_type")
        if variable.constant and variable.value is None and not variable.external:
            yield warn(here, RULE, "empty_constant", named=name[:100])


def _is_dictionary(value: JsonValue) -> bool:
    """An object, as it is or in the text of one; one that holds a reference is known when it is filled in."""
    if not isinstance(value, str):
        return isinstance(value, dict)
    try:
        return isinstance(json.loads(value), dict)
    except (ValueError, RecursionError):
        return any(references(value))


def seen_by(playbook: Playbook, identifier: str, step: Step) -> Mapping[str, Variable]:
    """What a step sees: its own variables, those of the steps around it, the playbook's."""
    openers = structure_of(playbook).around(identifier)
    around = [playbook.workflow[opener].step_variables for opener in openers]
    return ChainMap(step.step_variables, *around[::-1], playbook.playbook_variables)


class _Uses:
    """Looks at every step for the variables it names; what many steps share is looked at once."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._of_steps = {name for step in playbook.workflow.values() for name in step.step_variables}
        self._of_agents: dict[str, list[str]] = {}

    def findings(self, identifier: str, step: Step) -> Iterator[Finding]:
        scope = seen_by(self._playbook, identifier, step)
        for path, name in self._named(identifier, step):
            if name not in scope:
                yield self._undeclared(path, name)
            elif path[-1] == "out_args" and scope[name].constant:
                yield refuse(path, RULE, "filled_constant", named=name)

    def _undeclared(self, path: Path, name: str) -> Finding:
        if path[-1] in ("condition", "switch") and name in self._of_steps:
            return warn(path, RULE, "of_another_step", named=name[:100])
        return refuse(path, RULE, "undeclared", named=name[:100])

    def _named(self, identifier: str, step: Step) -> Iterator[tuple[Path, str]]:
        """Every variable a step names, with where it does."""
        path: Path = ("workflow", identifier)
        if isinstance(step, ActionStep | PlaybookActionStep):
            for name in ("in_args", "out_args"):
                yield from (((*path, name), variable) for variable in getattr(step, name))
        if isinstance(step, ActionStep):
            for index, command in enumerate(step.commands):
                yield from (((*path, "commands", index), name) for name in all_references(command.as_json()))
            for where, used in [("agent", step.agent), *(("targets", target) for target in step.targets)]:
                yield from (((*path, where), name) for name in self._of_agent(used))
        if isinstance(step, IfConditionStep | WhileConditionStep):
            yield from (((*path, "condition"), name) for name in _of_condition(step.condition))
        if isinstance(step, SwitchConditionStep):
            switched = whole_reference(step.switch.strip())
            if switched is not None:
                yield (*path, "switch"), switched

    def _of_agent(self, identifier: str | None) -> list[str]:
        """A command refers to variables also through its agent and targets."""
        agent = self._playbook.agent_or_target(identifier or "")
        if agent is None:
            return []
        key = identifier or ""
        if key not in self._of_agents:
            self._of_agents[key] = list(dict.fromkeys(all_references(agent.as_json())))
        return self._of_agents[key]


def _of_condition(condition: str) -> list[str]:
    try:
        return list(variables_of(parse_condition(condition)))
    except NotACondition:
        return []
