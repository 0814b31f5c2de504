"""Literal secrets are taken out when a playbook is read, so that none reaches chat, a history or the record."""

import copy
from collections.abc import Iterator
from typing import Any

from pydantic import JsonValue

from playbooks.cacao.finding import Finding, Path, warn
from playbooks.cacao.model.authentication import SECRET_PROPERTIES
from playbooks.cacao.secret_forms import NAMED, without, without_encoded
from playbooks.cacao.variables import references

RULE = "CACAO 2.0 §6"
WITHHELD = "withheld-by-muster"
"""Stands where a secret stood: valid for every schema, of use to nobody."""

_SHORTEST = 8
"""Shorter texts hold no secret that its form would give away."""
_SECRET_HEADERS = ("authorization", "proxy-authorization", "x-api-key", "x-auth-token", "cookie")
Object = dict[str, JsonValue]


def is_secret_header(name: str) -> bool:
    """Whether a header of this name carries a credential."""
    return name.lower() in _SECRET_HEADERS


def without_secrets(data: Object) -> tuple[Object, list[Finding]]:
    """The document with every literal secret replaced, and a finding for each; the document given in is not changed."""
    found = list(dict(_secrets(data)).items())
    clean = copy.deepcopy(data) if found else data
    for path, value in found:
        _put(clean, path, value)
    return clean, [_finding(path) for path, _ in found]


def _finding(path: Path) -> Finding:
    code = "secret" if isinstance(path[-1], str) else "secret_in_list"
    return warn(path, RULE, code, remedy="secret", named=path[-1])


def _secrets(data: Object) -> Iterator[tuple[Path, JsonValue]]:
    """Where secrets stand, with what takes their place."""
    yield from _texts(data)
    variables: dict[str, None] = {}
    for identifier, info in _objects(data.get("authentication_info_definitions")):
        for name in SECRET_PROPERTIES:
            value = info.get(name)
            if isinstance(value, str) and value and value != WITHHELD:
                if not any(references(value)):
                    yield ("authentication_info_definitions", identifier, name), WITHHELD
                variables |= dict.fromkeys(references(value))
    yield from _variables(("playbook_variables",), data.get("playbook_variables"), variables)
    for identifier, step in _objects(data.get("workflow")):
        yield from _headers(("workflow", identifier), step)
        yield from _variables(("workflow", identifier, "step_variables"), step.get("step_variables"), {})


def _variables(path: Path, section: JsonValue, used: dict[str, None]) -> Iterator[tuple[Path, JsonValue]]:
    """First values of variables that authentication goes by, or whose name says what they hold."""
    for name, variable in _objects(section):
        value = variable.get("value")
        is_secret = name in used or (isinstance(value, str) and NAMED.search(name.strip("_")) is not None)
        if is_secret and value and not (isinstance(value, str) and any(references(value))):
            yield (*path, name, "value"), None


def _texts(data: Object) -> Iterator[tuple[Path, JsonValue]]:
    """Secrets that stand in the middle of some text and are known by their form."""
    pending: list[tuple[Path, JsonValue]] = [
        ((key,), value) for key, value in data.items() if key != "signatures"
    ]
    while pending:
        path, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*path, key), item) for key, item in value.items())
        elif isinstance(value, list):
            pending.extend(((*path, index), item) for index, item in enumerate(value))
        elif isinstance(value, str) and len(value) >= _SHORTEST:
            clean = (without_encoded if str(path[-1]).endswith("_b64") else without)(value, WITHHELD)
            if clean != value:
                yield path, clean


def _headers(path: Path, step: Object) -> Iterator[tuple[Path, JsonValue]]:
    commands = step.get("commands")
    for index, command in enumerate(commands if isinstance(commands, list) else ()):
        headers = command.get("headers") if isinstance(command, dict) else None
        for name, values in (headers if isinstance(headers, dict) else {}).items():
            if is_secret_header(name) and isinstance(values, list):
                for place, value in enumerate(values):
                    if isinstance(value, str) and value != WITHHELD and not any(references(value)):
                        yield (*path, "commands", index, "headers", name, place), WITHHELD


def _objects(value: JsonValue) -> Iterator[tuple[str, Object]]:
    for key, item in (value if isinstance(value, dict) else {}).items():
        if isinstance(item, dict):
            yield key, item


def _put(data: Object, path: Path, value: JsonValue) -> None:
    """Put a value where a path leads, in place; the path was found in this very document."""
    *way, last = path
    where: Any = data
    for part in way:
        where = where[part]
    where[last] = value
