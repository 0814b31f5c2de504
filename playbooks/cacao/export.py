"""A playbook as CACAO 2.0 JSON that every reader takes, and the hash that fixes what a run carries."""

import hashlib
import json

import rfc8785
from pydantic import JsonValue

from playbooks.cacao.extension import DEFINITION, EXTENSION_ID
from playbooks.cacao.identifiers import VERSION, derived_uuid
from playbooks.cacao.model import CommandType, Playbook
from playbooks.cacao.values import as_text
from playbooks.domain.roles import Role

Object = dict[str, JsonValue]


def export(playbook: Playbook) -> bytes:
    """CACAO 2.0 JSON in UTF-8, properties in the standard's order.

    What the standard allows and its published schema does not (a null, an empty list, a delay of 0, a value that is no
    text) is written in the form that means the same and is taken everywhere, and so is what we understand without its
    being said: an action without command is a manual one, without agent the incident commander's. A signed playbook is
    written exactly as it was read, because its signatures are over that.
    """
    data = playbook.as_json()
    if not playbook.signatures:
        data = _plain(data)
    return json.dumps(data, indent=2, ensure_ascii=False).encode() + b"\n"


def content_hash(playbook: Playbook) -> str:
    """SHA-256, in hexadecimal, over the canonical form (RFC 8785): the same for the same content, however laid out."""
    return hashlib.sha256(rfc8785.dumps(playbook.as_json())).hexdigest()


def _plain(data: Object) -> Object:
    data = {**_without_empty(data), "spec_version": VERSION}
    data = {key: data[key] for key in ("type", "spec_version", *data)}
    if "playbook_variables" in data:
        data["playbook_variables"] = _variables(data["playbook_variables"])
    commander = f"individual--{derived_uuid(str(data['id']), 'agents', 'incident commander')}"
    steps: Object = {
        name: _step(name, _object(step), commander) for name, step in _object(data["workflow"]).items()
    }
    if any(_object(step).get("agent") == commander for step in steps.values()):
        data["agent_definitions"] = {**_object(data.get("agent_definitions")), commander: _COMMANDER}
        data["extension_definitions"] = {
            **_object(data.get("extension_definitions")),
            EXTENSION_ID: DEFINITION,
        }
    data["workflow"] = steps
    for section in ("data_marking_definitions", "extension_definitions"):
        if section in data:
            data[section] = {
                key: _without_empty(_object(item)) for key, item in _object(data[section]).items()
            }
    return data


_COMMANDER: Object = {
    "type": "individual",
    "name": "incident commander",
    "agent_target_extensions": {EXTENSION_ID: {"role": Role.INCIDENT_COMMANDER.value}},
}


def _step(name: str, step: Object, commander: str) -> Object:
    plain = _without_empty(step)
    if plain.get("delay") == 0:
        del plain["delay"]
    if "step_variables" in plain:
        plain["step_variables"] = _variables(plain["step_variables"])
    commands = plain.get("commands")
    if isinstance(commands, list):
        plain["commands"] = [_without_empty(_object(command)) for command in commands]
    return {**plain, **_understood(name, plain, commander)}


def _understood(name: str, step: Object, commander: str) -> Object:
    """What a step means without saying it, and what its type requires even if it is empty."""
    if step["type"] == "action":
        task: JsonValue = step.get("description") or step.get("name") or name
        said: Object = {"commands": [{"type": CommandType.MANUAL.value, "command": task}], "agent": commander}
        return {key: value for key, value in said.items() if key not in step}
    required: dict[str, Object] = {"switch-condition": {"cases": {}}, "parallel": {"next_steps": []}}
    return {key: value for key, value in required.get(str(step["type"]), {}).items() if key not in step}


def _variables(variables: JsonValue) -> Object:
    return {name: _variable(_object(variable)) for name, variable in _object(variables).items()}


def _variable(variable: Object) -> Object:
    """Null is a value here: unknown."""
    plain = _without_empty({key: item for key, item in variable.items() if key != "value"})
    return {**plain, "value": as_text(variable["value"])} if "value" in variable else plain


def _without_empty(data: Object) -> Object:
    """Without what says nothing: a null, an empty list or object."""
    return {key: item for key, item in data.items() if item is not None and item not in ([], {})}


def _object(value: JsonValue) -> Object:
    return value if isinstance(value, dict) else {}
