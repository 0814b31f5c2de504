"""A playbook without its prose: what a run needs to know in order to drive it, and no more.

People's words stay with the content, under its hash; the record joins them to entries by step
(docs/decisions/playbooks-skeleton-without-prose.md). What is kept is named here, so that a property of tomorrow, or one
that only its author knows, stays where it is too.
"""

import re

from pydantic import JsonValue

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

_CODED_ARGUMENTS = ("purpose", "choices", "within", "needed", "remind", "urgency", "priority", "marking")
_CODE = re.compile(r"[A-Za-z0-9_:+.-]{1,60}")
_ACTIONS = tuple(ActionName)
_PROSE = ("name", "description", "external_references", "step_variables", "step_extensions")


def skeleton(playbook: Playbook) -> Playbook:
    """The same playbook with its structure alone."""
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
        workflow={id: _bare(step) for id, step in playbook.workflow.items()},
        agent_definitions={id: _who(agent) for id, agent in playbook.agent_definitions.items()},
        target_definitions={id: _who(target) for id, target in playbook.target_definitions.items()},
    )


def _bare(step: Step) -> Step:
    kept = {
        name: getattr(step, name)
        for name in type(step).model_fields
        if name in step.model_fields_set and name not in _PROSE
    }
    kept["step_variables"] = _bare_variables(step.step_variables)
    kept["step_extensions"] = _bare_notes(step)
    if isinstance(step, ActionStep):
        kept["commands"] = tuple(_wordless(command) for command in step.commands)
    if isinstance(step, IfConditionStep | WhileConditionStep):
        kept["condition"] = _decidable(step.condition)
    return type(step).model_validate(kept)


def _bare_variables(variables: dict[str, Variable]) -> dict[str, Variable]:
    """Conditions need the values; what a variable means is for people."""
    return {
        name: Variable(type=each.type, value=each.value, constant=each.constant, external=each.external)
        for name, each in variables.items()
    }


def _bare_notes(step: Step) -> dict[str, dict[str, JsonValue]]:
    if EXTENSION_ID not in step.step_extensions or not is_readable(step.step_extensions, StepNotes):
        return {}
    notes = step_notes(step)
    undo = tuple(_wordless(command) for command in notes.undo)
    bare = notes.model_copy(update={"undo": undo, "streams": ()})
    return {EXTENSION_ID: bare.model_dump(mode="json", exclude_defaults=True)}


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
