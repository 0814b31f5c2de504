"""Variables: declared, typed, in scope, and constants left alone (CACAO 2.0 §10.18)."""

from collections.abc import Iterator

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
from playbooks.cacao.variables import NAME, REFERENCE, all_references, fits

RULE = "CACAO 2.0 §10.18"
TYPES = (
    "bool", "dictionary", "float", "hexstring", "integer", "ipv4-addr", "ipv6-addr", "long", "mac-addr", "hash",
    "md5-hash", "sha256-hash", "string", "uri", "uuid",
)  # fmt: skip
_LONGEST_NAME = 250


def rules(playbook: Playbook) -> Iterator[Finding]:
    """The declarations, then every use in the steps and in what the steps use."""
    yield from _declarations(("playbook_variables",), playbook.playbook_variables)
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
        yield from _uses(playbook, identifier, step)


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


def _uses(playbook: Playbook, identifier: str, step: Step) -> Iterator[Finding]:
    scope = _scope(playbook, identifier, step)
    for path, name in _named(playbook, identifier, step):
        if name not in scope and path[-1] in ("condition", "switch") and _is_another_steps(playbook, name):
            problem = f"{name[:100]} belongs to another step and cannot be seen here."
            remedy = "It becomes a question to a person; declare it in playbook_variables to let it decide."
            yield warn(path, RULE, problem, remedy)
        elif name not in scope:
            problem = f"{name[:100]} is not declared where this step can see it."
            remedy = "Declare it in playbook_variables, or on the step or one that it is a branch of."
            yield refuse(path, RULE, problem, remedy)
        elif path[-1] == "out_args" and scope[name].constant:
            problem = f"{name} is constant and cannot be filled by a step."
            yield refuse(path, RULE, problem, "Take it out of out_args, or let it change.")


def _is_another_steps(playbook: Playbook, name: str) -> bool:
    return any(name in step.step_variables for step in playbook.workflow.values())


def _scope(playbook: Playbook, identifier: str, step: Step) -> dict[str, Variable]:
    """What the step sees: the playbook's variables, those of the steps around it, its own."""
    scope = dict(playbook.playbook_variables)
    for opener in structure_of(playbook).around(identifier):
        scope |= playbook.workflow[opener].step_variables
    return scope | step.step_variables


def _named(playbook: Playbook, identifier: str, step: Step) -> Iterator[tuple[Path, str]]:
    """Every variable a step names, with where it does."""
    path: Path = ("workflow", identifier)
    if isinstance(step, ActionStep | PlaybookActionStep):
        for name in ("in_args", "out_args"):
            yield from (((*path, name), variable) for variable in getattr(step, name))
    if isinstance(step, ActionStep):
        for index, command in enumerate(step.commands):
            yield from (((*path, "commands", index), name) for name in all_references(command.as_json()))
        yield from _of_agents(playbook, step, path)
    if isinstance(step, IfConditionStep | WhileConditionStep):
        yield from (((*path, "condition"), name) for name in _of_condition(step.condition))
    if isinstance(step, SwitchConditionStep):
        match = REFERENCE.fullmatch(step.switch.strip())
        if match is not None:
            yield (*path, "switch"), match.group(1)


def _of_agents(playbook: Playbook, step: ActionStep, path: Path) -> Iterator[tuple[Path, str]]:
    """A command refers to variables also through its agent and targets."""
    used = [
        (("agent",), step.agent),
        *((("targets", index), target) for index, target in enumerate(step.targets)),
    ]
    for where, identifier in used:
        agent = playbook.agent_definitions.get(identifier or "") or playbook.target_definitions.get(
            identifier or ""
        )
        if agent is not None:
            yield from (((*path, *where), name) for name in all_references(agent.as_json()))


def _of_condition(condition: str) -> list[str]:
    try:
        return list(variables_of(parse_condition(condition)))
    except NotACondition:
        return []
