"""A playbook as CACAO 2.0 JSON that every reader takes, and the hash that fixes what a run carries."""

import hashlib
import json

import rfc8785
from pydantic import JsonValue

from playbooks.cacao.identifiers import VERSION
from playbooks.cacao.model import Playbook
from playbooks.cacao.values import as_text

Object = dict[str, JsonValue]


def export(playbook: Playbook) -> bytes:
    """CACAO 2.0 JSON in UTF-8, properties in the standard's order.

    What the standard allows and its published schema does not (a null, an empty list, a delay of 0, a value that is no
    text) is written in the form that means the same and is taken everywhere. A signed playbook is written exactly as it
    was read, because its signatures are over that.
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
    data["workflow"] = {name: _step(step) for name, step in _object(data["workflow"]).items()}
    for section in ("data_marking_definitions", "extension_definitions"):
        if section in data:
            data[section] = {
                key: _without_empty(_object(item)) for key, item in _object(data[section]).items()
            }
    return data


def _step(step: JsonValue) -> Object:
    plain = _without_empty(_object(step))
    if plain.get("delay") == 0:
        del plain["delay"]
    if "step_variables" in plain:
        plain["step_variables"] = _variables(plain["step_variables"])
    if "commands" in plain and isinstance(plain["commands"], list):
        plain["commands"] = [_without_empty(_object(command)) for command in plain["commands"]]
    return plain


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
