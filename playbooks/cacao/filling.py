"""Commands, agents and targets with the values of their variables, each escaped for where it goes."""

from collections.abc import Iterator, Mapping

from pydantic import JsonValue

from playbooks.cacao.escaping import Place
from playbooks.cacao.model import AgentTarget, Command, CommandType, Playbook, StepBase, Variable
from playbooks.cacao.model.command import decoded
from playbooks.cacao.variables import (
    CannotSubstitute,
    Scope,
    all_references,
    references,
    substitute,
    substitute_all,
)

_PLACES: dict[str, Place] = {
    CommandType.MANUAL: Place.TEXT,
    CommandType.MUSTER: Place.TEXT,
    CommandType.BASH: Place.SHELL,
    CommandType.SSH: Place.SHELL,
    CommandType.POWERSHELL: Place.POWERSHELL,
    CommandType.HTTP_API: Place.URL,
    CommandType.OPENC2_HTTP: Place.URL,
}
"""Where the text of a command goes; of any other type it is code in a language we do not know."""


def fill_command(command: Command, scope: Scope) -> Command:
    """The command as it is to be run or shown. Raises CannotSubstitute."""
    changes: dict[str, object] = dict(_filled(command, scope))
    return command.model_copy(update=changes) if changes else command


def fill_for_people(command: Command, scope: Scope) -> Command:
    """The command as somebody is shown it: as it is to be run, and where a value cannot be put so, with its name.

    A person who reads it must not run something else than what was meant, and must see it all the same.
    """
    try:
        return fill_command(command, scope)
    except CannotSubstitute:
        return command


def fill_text(text: str, scope: Scope) -> str:
    """A text for people; what looks like a variable and is none stays."""
    return substitute(text, scope, Place.TEXT) if all(name in scope for name in references(text)) else text


def scope_of(playbook: Playbook, step: StepBase, values: Mapping[str, str | None]) -> Scope:
    """Every variable that a step may see, with the values it was given; these say which of two of one name is meant."""
    around = (other.step_variables for other in playbook.workflow.values())
    found: dict[str, Variable] = {}
    for variables in (*around, playbook.playbook_variables, step.step_variables):
        found |= variables
    return found | {
        name: found[name].model_copy(update={"value": value})
        for name, value in values.items()
        if name in found
    }


def _filled(command: Command, scope: Scope) -> Iterator[tuple[str, object]]:
    place = _PLACES.get(command.type, Place.CODE)
    if any(references(command.text)):
        yield "command", substitute(command.text, scope, place)
        yield "command_b64", None
    if command.description and any(references(command.description)):
        yield "description", substitute(command.description, scope, Place.TEXT)
    if command.headers:
        yield "headers", {name: _headers(values, scope) for name, values in command.headers.items()}
    content = command.content if command.content is not None else decoded(command.content_b64)
    if content is not None and any(references(content)):
        yield "content", substitute(content, scope, content_place(command, content))
        yield "content_b64", None
    if command.arguments and any(all_references(command.arguments)):
        yield "arguments", substitute_all(dict(command.arguments), scope, Place.TEXT)


def _headers(values: tuple[str, ...], scope: Scope) -> tuple[str, ...]:
    return tuple(substitute(value, scope, Place.HEADER) for value in values)


def content_place(command: Command, content: str) -> Place:
    """What kind of text the body of a request is: by its Content-Type, else by how it begins."""
    kinds = [
        value
        for name, values in command.headers.items()
        if name.lower() == "content-type"
        for value in values
    ]
    kind = " ".join(kinds).lower()
    if "json" in kind or (not kind and content.lstrip()[:1] in ("{", "[")):
        return Place.JSON
    if "xml" in kind or (not kind and content.lstrip()[:1] == "<"):
        return Place.XML
    return Place.URL if "x-www-form-urlencoded" in kind else Place.CODE


def fill_agent(agent: AgentTarget, scope: Scope) -> AgentTarget:
    """The agent or target with its addresses filled in. Raises CannotSubstitute."""
    if not any(all_references(agent.as_json())):
        return agent
    changes: dict[str, object] = {
        "name": substitute(agent.name, scope, Place.TEXT),
        "address": {
            kind: tuple(_address(address, kind, scope) for address in addresses)
            for kind, addresses in agent.address.items()
        },
    }
    if agent.port is not None:
        changes["port"] = substitute(agent.port, scope, Place.ADDRESS)
    return agent.model_copy(update=changes)


def _address(address: JsonValue, kind: str, scope: Scope) -> JsonValue:
    if not isinstance(address, str):
        return address
    return substitute(
        address, scope, Place.URL if kind == "url" and "__" not in address[:9] else Place.ADDRESS
    )
