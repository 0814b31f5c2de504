"""Putting the values of variables into texts: escaped for the place they go to, once, and never read again as text.

The standard says what a reference looks like (`__name__:value`, §10.18.2) and nothing of what happens when the value
holds a quote, a line break or another reference. Muster's rules: docs/decisions/cacao-substitution.md.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_interface

from pydantic import JsonValue

from playbooks.cacao import limits
from playbooks.cacao.escaping import Place, escape
from playbooks.cacao.model import Variable
from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying

_RUN = re.compile(r"[A-Za-z0-9_.-]+")
"""Characters that names are made of; the dot is in names from elsewhere."""

_SUFFIX = ":value"
_LONGEST_NAME = 250
_SHORTEST_NAME = 5

NAME = re.compile(r"__[A-Za-z][A-Za-z0-9_-]*__\Z")
"""A variable's name as the text of the standard wants it (§10.18): a letter first, ASCII."""

UNKNOWN_TO_PEOPLE = "(not known yet)"

Scope = Mapping[str, Variable]


class CannotSubstitute(Malformed):
    """A value is missing, or cannot go where it is wanted without changing what the text means."""

    code = "cannot_substitute"


@dataclass(frozen=True)
class Reference:
    """A variable's name, and from where to where the text refers to it."""

    name: str
    start: int
    end: int


def references_in(text: str) -> Iterator[Reference]:
    """Every `__name__:value` of a text, in order; the time is linear in the text whatever stands there."""
    for run in _RUN.finditer(text):
        if text.startswith(_SUFFIX, run.end()) and run.group().endswith("__"):
            name = _name_at_end(run.group())
            if name:
                yield Reference(name, run.end() - len(name), run.end() + len(_SUFFIX))


def _name_at_end(run: str) -> str:
    """The longest name that the characters end in; empty if they end in none."""
    tail = run[-_LONGEST_NAME:]
    start = tail.find("__")
    while 0 <= start <= len(tail) - _SHORTEST_NAME:
        if tail[start + 2].isalpha() or tail[start + 2] == "_":
            return tail[start:]
        start = tail.find("__", start + 1)
    return ""


def references(text: str) -> Iterator[str]:
    """Names of the variables that a text refers to, in order."""
    return (reference.name for reference in references_in(text))


def whole_reference(text: str) -> str | None:
    """The name, if the text is one reference and nothing else."""
    found = next(references_in(text), None)
    return found.name if found is not None and (found.start, found.end) == (0, len(text)) else None


def replace_references(text: str, value: Callable[[Reference], str]) -> str:
    """The text with something in the place of every reference; what is put in is not looked at again."""
    parts: list[str] = []
    end = 0
    for reference in references_in(text):
        parts += [text[end : reference.start], value(reference)]
        end = reference.end
    return "".join([*parts, text[end:]])


def all_references(value: JsonValue) -> Iterator[str]:
    """Names of the variables that any text inside a value refers to."""
    if isinstance(value, str):
        yield from references(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from all_references(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from all_references(item)


def substitute(text: str, scope: Scope, place: Place) -> str:
    """The text with every reference replaced. Raises CannotSubstitute; never returns a text with another meaning."""
    found = sum(1 for _ in references_in(text))
    if found > limits.REFERENCES or (found and len(text) > limits.TEXT):
        raise CannotSubstitute(saying("variable.many", size=found))
    result = replace_references(text, lambda reference: _value(text, reference, scope, place))
    if found and len(result) > 10 * limits.TEXT:
        raise CannotSubstitute(saying("variable.long_command"))
    return result


def _value(text: str, reference: Reference, scope: Scope, place: Place) -> str:
    name = reference.name
    if name not in scope:
        raise CannotSubstitute(saying("variable.undeclared", named=name))
    variable = scope[name]
    value = variable.text
    if value is None:
        if place is Place.TEXT:
            return UNKNOWN_TO_PEOPLE
        raise CannotSubstitute(saying("variable.empty", named=name))
    try:
        return escape(value, place, before=text[: reference.start], type_=variable.type)
    except ValueError as error:
        raise CannotSubstitute(
            saying(f"variable.unfit.{place.name.lower()}", named=name, fault=str(error))
        ) from None


def substitute_all(value: JsonValue, scope: Scope, place: Place) -> JsonValue:
    """The same for every text inside a value; names of properties stay as they are."""
    if isinstance(value, str):
        return substitute(value, scope, place)
    if isinstance(value, dict):
        return {key: substitute_all(item, scope, place) for key, item in value.items()}
    if isinstance(value, list):
        return [substitute_all(item, scope, place) for item in value]
    return value


def _is_address(version: int) -> Callable[[str], object]:
    def is_one(text: str) -> object:
        try:
            return ip_interface(text).version == version
        except ValueError:
            return None

    return is_one


_FORMS: dict[str, Callable[[str], object]] = {
    "bool": re.compile(r"true|false").fullmatch,
    "boolean": re.compile(r"true|false").fullmatch,
    "integer": re.compile(r"[+-]?[0-9]{1,40}").fullmatch,
    "long": re.compile(r"[+-]?[0-9]{1,40}").fullmatch,
    "float": re.compile(r"[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})").fullmatch,
    "hexstring": re.compile(r"[0-9a-fA-F]*").fullmatch,
    "md5-hash": re.compile(r"[0-9a-fA-F]{32}").fullmatch,
    "sha256-hash": re.compile(r"[0-9a-fA-F]{64}").fullmatch,
    "mac-addr": re.compile(r"[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}").fullmatch,
    "uuid": re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch,
    "uri": re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]*").fullmatch,
    "ipv4-addr": _is_address(4),
    "ipv6-addr": _is_address(6),
}
"""How values of a type are written (§10.18.4), a network as an address is; every other type takes any text."""

CHOICES = {"bool": ("true", "false"), "boolean": ("true", "false")}
"""Types whose answers are chosen and not typed."""


def fits(value: str, type_: str) -> bool:
    """Whether a text is a value of this type; the empty text, known to be empty, is one of any."""
    form = _FORMS.get(type_)
    return value == "" or form is None or bool(form(value))


def is_free(type_: str) -> bool:
    """Whether a value of this type may be any text."""
    return type_ not in _FORMS


def check_value(name: str, variable: Variable, value: str | None) -> None:
    """Raise Malformed when a value may not be given to a variable: it is constant, or the value is of another type."""
    if variable.constant:
        raise Malformed(saying("variable.constant", named=name), code="constant_variable")
    if value is not None and len(value) > limits.TEXT:
        raise Malformed(saying("variable.long", named=name, size=limits.TEXT), code="value_too_long")
    if value is not None and not fits(value, variable.type):
        choices = CHOICES.get(variable.type)
        about = {"named": name, "choices": choices} if choices else {"named": name, "fits": variable.type}
        code = "no_choice" if choices else "other_type"
        raise Malformed(saying(f"variable.{code}", **about), code="value_of_another_type")
