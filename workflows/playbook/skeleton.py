"""A playbook without its prose: what a run needs to know in order to drive it, and no more.

People's words stay with the content, under its hash; the record joins them to entries by step
(docs/decisions/playbooks-skeleton-without-prose.md). What is kept is named here, so that a property of tomorrow, or one
that only its author knows, stays where it is too.
"""

import re
from collections.abc import Iterator

from pydantic import JsonValue

from playbooks.actions.approvals import ApprovalRule
from playbooks.actions.asking import HTTP
from playbooks.actions.calls import endpoints
from playbooks.actions.requests import REQUESTS, action_of, method_of
from playbooks.cacao.conditions import NotACondition, parse_condition
from playbooks.cacao.extension import EXTENSION_ID, ActionName, StepNotes, is_readable, step_notes
from playbooks.cacao.model import (
    ActionStep,
    AgentTarget,
    AgentType,
    Command,
    CommandType,
    IfConditionStep,
    Playbook,
    Step,
    Variable,
    WhileConditionStep,
)
from playbooks.cacao.variables import all_references, references

_CODED_ARGUMENTS = (
    *("purpose", "choices", "within", "needed", "remind", "urgency", "priority", "marking"),
    *("name", "room", "code"),
)
_CODE = re.compile(r"[A-Za-z0-9_:+.-]{1,60}")
_ACCOUNT = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_ACTIONS = tuple(ActionName)
_NOBODY = ApprovalRule()
_PROSE = ("name", "description", "external_references", "step_variables", "step_extensions")


def skeleton(playbook: Playbook, rule: ApprovalRule = _NOBODY) -> Playbook:
    """The same playbook with its structure alone; each step says how many must agree, as the rule now has it."""
    return Playbook(
        type=playbook.type,
        spec_version=playbook.spec_version,
        id=playbook.id,
        name="",
        created_by=playbook.created_by,
        created=playbook.created,
        modified=playbook.modified,
        playbook_variables=_bare_variables(playbook.playbook_variables),
        workflow_start=playbook.workflow_start,
        workflow_exception=playbook.workflow_exception,
        workflow={id: _bare(playbook, step, rule) for id, step in playbook.workflow.items()},
        agent_definitions={id: _who(agent) for id, agent in playbook.agent_definitions.items()},
        target_definitions={id: _who(target) for id, target in playbook.target_definitions.items()},
    )


def _bare(playbook: Playbook, step: Step, rule: ApprovalRule) -> Step:
    kept = {
        name: getattr(step, name)
        for name in type(step).model_fields
        if name in step.model_fields_set and name not in _PROSE
    }
    kept["step_variables"] = _bare_variables(step.step_variables)
    kept["step_extensions"] = _bare_notes(playbook, step, rule)
    if isinstance(step, ActionStep):
        kept["commands"] = _wordless_all(playbook, step, step.commands, rule)
        kept["in_args"] = tuple(dict.fromkeys((*step.in_args, *_referred(playbook, step))))
    if isinstance(step, IfConditionStep | WhileConditionStep):
        kept["condition"] = _decidable(step.condition)
    return type(step).model_validate(kept)


def _bare_variables(variables: dict[str, Variable]) -> dict[str, Variable]:
    """Conditions need the values; what a variable means is for people."""
    return {
        name: Variable(type=each.type, value=each.value, constant=each.constant, external=each.external)
        for name, each in variables.items()
    }


def _bare_notes(playbook: Playbook, step: Step, rule: ApprovalRule) -> dict[str, dict[str, JsonValue]]:
    notes = step_notes(step) if is_readable(step.step_extensions, StepNotes) else StepNotes()
    undo = _wordless_all(playbook, step, notes.undo, rule) if isinstance(step, ActionStep) else ()
    asked = rule.asked(playbook, step)
    bare = notes.model_copy(update={"undo": undo, "streams": (), "found_at": {}, "approvals": asked})
    said = bare.model_dump(mode="json", exclude_defaults=True)
    return {EXTENSION_ID: said} if said else {}


def _referred(playbook: Playbook, step: ActionStep) -> Iterator[str]:
    """Every variable that a step, its undo or its agents refer to: their values are all that is kept of the words."""
    undo = step_notes(step).undo if is_readable(step.step_extensions, StepNotes) else ()
    named = (playbook.agent_or_target(each) for each in filter(None, (step.agent, *step.targets)))
    agents = (agent for agent in named if agent is not None)
    for each in (*step.commands, *undo, *agents):
        yield from all_references(each.as_json())
    yield from references(step.description or "")


def _decidable(condition: str) -> str:
    """A condition written as prose is asked of a person, who reads it in the record; here it only is none."""
    try:
        parse_condition(condition)
    except NotACondition:
        return ""
    return condition


def _who(agent: AgentTarget) -> AgentTarget:
    """What it is in an incident, else the code of an organization; who is reached there, and how, stays away."""
    ours = {id: notes for id, notes in agent.agent_target_extensions.items() if id == EXTENSION_ID}
    name = agent.name if agent.type == AgentType.ORGANIZATION and not ours else ""
    return AgentTarget(type=agent.type, name=name, agent_target_extensions=ours)


def _wordless_all(
    playbook: Playbook, step: ActionStep, commands: tuple[Command, ...], rule: ApprovalRule
) -> tuple[Command, ...]:
    return tuple(
        rule.executed(command) or _request(playbook, step, command) or _wordless(command)
        for command in commands
    )


def _request(playbook: Playbook, step: ActionStep, command: Command) -> Command | None:
    """Of a request its method, its account, and how many places it goes to; None for no request."""
    if command.type not in REQUESTS or action_of(command) is None:
        return None
    places = endpoints(playbook, step)
    arguments: dict[str, JsonValue] = {
        "account": _account(playbook, places),
        "endpoints": max(1, len(places)),
    }
    return Command(type=command.type, command=method_of(command), arguments=arguments)


def _account(playbook: Playbook, places: tuple[AgentTarget, ...]) -> str:
    """The account that the authentication information names as its key, else the usual one."""
    stated = (
        playbook.authentication_info_definitions.get(place.authentication_info or "") for place in places
    )
    keys = (info.kms_key_identifier for info in stated if info is not None and info.kms)
    return next((key for key in keys if key and _ACCOUNT.fullmatch(key)), HTTP)


def _wordless(command: Command) -> Command:
    coded = {
        name: value
        for name, value in command.arguments.items()
        if name in _CODED_ARGUMENTS and _is_coded(value)
    }
    is_action = command.type == CommandType.MUSTER and command.command in _ACTIONS
    return Command(type=command.type, command=command.command if is_action else None, arguments=coded)


def _is_coded(value: JsonValue) -> bool:
    """A number, a code, or a list of codes; what a room is for, say, is told in words."""
    if isinstance(value, list):
        return all(_is_coded(each) for each in value)
    return not isinstance(value, dict) and _CODE.fullmatch(str(value)) is not None
