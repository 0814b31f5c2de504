"""Variables: declared, typed, in scope, and constants left alone (CACAO 2.0 §10.18)."""

from collections import ChainMap
from collections.abc import Iterator, Mapping

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
from playbooks.cacao.variables import NAME, all_references, fits, whole_reference

RULE = "CACAO 2.0 §10.18"
TYPES = (
    "bool", "dictionary", "float", "hexstring", "integer", "ipv4-addr", "ipv6-addr", "long", "mac-addr", "hash",
    "md5-hash", "sha256-hash", "string", "uri", "uuid",
)  # fmt: skip
_LONGEST_NAME = 250


def rules(playbook: Playbook) -> Iterator[Finding]:
    """The declarations, then every use in the steps and in what the steps use."""
    yield from _declarations(("playbook_variables",), playbook.playbook_variables)
    uses = _Uses(playbook)
    for identifier, step in playbook.workflow.items():
        yield from _declarations(("workflow", identifier, "step_variables"), step.step_variables)
        for name, variable in step.step_variables.items():
            if variable.external:
                problem = "A variable of a step cannot be external."
                yield warn(
                    ("workflow", identifier, "step_variables", name),
                    RULE,
                    problem,
                    "Declare it on the playbook.",
                )
        yield from uses.findings(identifier, step)


def _declarations(path: Path, variables: dict[str, Variable]) -> Iterator[Finding]:
    for name, variable in variables.items():
        here = (*path, name)
        if NAME.match(name) is None or len(name) > _LONGEST_NAME:
            problem = (
                f"“{name[:80]}” is not of the form __name__; nothing can refer to it in the standard's way."
            )
            yield warn(
                here,
                RULE,
                problem,
                "Put two underscores on both sides; begin with a letter; letters, digits, _ and -.",
            )
        if variable.type not in TYPES:
            problem = f"“{variable.type[:60]}” is no type of variable; its values are taken as text."
            yield warn((*here, "type"), RULE, problem, f"Use one of {', '.join(TYPES)}.")
        if variable.value is not None and not isinstance(variable.value, str):
            problem = "The value is not text."
            yield warn((*here, "value"), RULE, problem, "Write numbers and booleans between quotes.")
        elif isinstance(variable.value, str) and not fits(variable.value, variable.type):
            problem = f"The value is not a {variable.type}."
            yield warn((*here, "value"), RULE, problem, "Correct the value or the type.")


class _Uses:
    """Looks at every step for the variables it names; what many steps share is looked at once."""

    def __init__(self, playbook: Playbook) -> None:
        self._playbook = playbook
        self._structure = structure_of(playbook)
        self._of_steps = {name for step in playbook.workflow.values() for name in step.step_variables}
        self._of_agents: dict[str, list[str]] = {}

    def findings(self, identifier: str, step: Step) -> Iterator[Finding]:
        scope = self._scope(identifier, step)
        for path, name in self._named(identifier, step):
            if name not in scope:
                yield self._undeclared(path, name)
            elif path[-1] == "out_args" and scope[name].constant:
                problem = f"{name} is constant and cannot be filled by a step."
                yield refuse(path, RULE, problem, "Take it out of out_args, or let it change.")

    def _undeclared(self, path: Path, name: str) -> Finding:
        if path[-1] in ("condition", "switch") and name in self._of_steps:
            problem = f"{name[:100]} belongs to another step and cannot be seen here."
            remedy = "It becomes a question to a person; declare it in playbook_variables to let it decide."
            return warn(path, RULE, problem, remedy)
        problem = f"{name[:100]} is not declared where this step can see it."
        remedy = "Declare it in playbook_variables, or on the step or one that it is a branch of."
        return refuse(path, RULE, problem, remedy)

    def _scope(self, identifier: str, step: Step) -> Mapping[str, Variable]:
        """What the step sees: its own variables, those of the steps around it, the playbook's."""
        around = [
            self._playbook.workflow[opener].step_variables for opener in self._structure.around(identifier)
        ]
        return ChainMap(step.step_variables, *around[::-1], self._playbook.playbook_variables)

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
