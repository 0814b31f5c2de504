"""The playbooks that ship as people read them before they run: what they say and call things, in the reader's language.

What an organization wrote itself stays as it is, and so does what is exported, signed and run.
"""

from collections.abc import Mapping
from functools import cache

from playbooks import library
from playbooks.cacao.extension import EXTENSION_ID, step_notes
from playbooks.cacao.model import Command, CommandType, Playbook, Step, Variable
from playbooks.domain.tongue import SOURCE, tongue
from playbooks.texts.spoken import name_as_read, template_as_read


def in_words(playbook: Playbook) -> Playbook:
    """The playbook, if it ships, as whoever is spoken to reads it; any other as it is."""
    if tongue().language == SOURCE or playbook.id not in _shipped():
        return playbook
    called = {section: getattr(playbook, section) for section in ("agent_definitions", "target_definitions")}
    agents = {
        section: {id: each.model_copy(update={"name": name_as_read(each.name)}) for id, each in named.items()}
        for section, named in called.items()
    }
    said = {
        "name": name_as_read(playbook.name),
        "description": template_as_read(playbook.description or ""),
        "playbook_variables": _variables(playbook.playbook_variables),
        "workflow": {id: _step(step) for id, step in playbook.workflow.items()},
    }
    return playbook.model_copy(update={**said, **agents})


def _step(step: Step) -> Step:
    """With its title, those of its streams, and what it says."""
    said: dict[str, object] = {"step_variables": _variables(step.step_variables)}
    if step.name:
        said["name"] = name_as_read(step.name)
    if step.description:
        said["description"] = template_as_read(step.description)
    if commands := getattr(step, "commands", ()):
        said["commands"] = tuple(_command(each) for each in commands)
    ours = step.step_extensions.get(EXTENSION_ID)
    if isinstance(ours, dict):
        notes = step_notes(step)
        streams = {"streams": [name_as_read(each) for each in notes.streams]} if notes.streams else {}
        undo = {"undo": [_command(each).as_json() for each in notes.undo]} if notes.undo else {}
        said["step_extensions"] = {**step.step_extensions, EXTENSION_ID: {**ours, **streams, **undo}}
    return step.model_copy(update=said)


def _command(command: Command) -> Command:
    """What it says to people; code stays."""
    said: dict[str, object] = {
        "arguments": {
            name: template_as_read(value) if isinstance(value, str) else value
            for name, value in command.arguments.items()
        }
    }
    if command.type == CommandType.MANUAL and command.command:
        said["command"] = template_as_read(command.command)
    return command.model_copy(update=said)


def _variables(variables: Mapping[str, Variable]) -> dict[str, Variable]:
    return {name: _variable(each) for name, each in variables.items()}


def _variable(variable: Variable) -> Variable:
    said = {
        name: template_as_read(value)
        for name in ("description", "value")
        if isinstance(value := getattr(variable, name), str)
    }
    return variable.model_copy(update=said)


@cache
def _shipped() -> frozenset[str]:
    playbooks = (library.shipped(name).playbook for name in library.NAMES)
    return frozenset(playbook.id for playbook in playbooks if playbook is not None)
