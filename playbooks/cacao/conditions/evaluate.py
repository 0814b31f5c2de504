"""What a condition says of the variables as they are: true, false, or not to be known.

Three values, so that a value nobody has given yet becomes a question to a person and never silently false: `false
AND unknown` is false, `true AND unknown` is unknown.
"""

import base64
import binascii
import ipaddress
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue

from playbooks.cacao.conditions.grammar import (
    Condition,
    Exists,
    Joined,
    Literals,
    Not,
    Operand,
    PathTo,
    Scalar,
    Test,
)
from playbooks.cacao.conditions.regular_expression import TooCostly, Unsupported, search
from playbooks.cacao.conditions.tokens import TokenKind
from playbooks.cacao.model import Variable
from playbooks.domain.saying import Faulty, saying
from playbooks.domain.told import referred

Scope = Mapping[str, Variable]
Comparable = str | int | float | bool | bytes | datetime


class Unknown(Faulty):
    """The condition cannot be decided; the fault says what is missing."""


def evaluate(condition: Condition, scope: Scope) -> bool:
    """Decide a condition over the variables in scope (`__name__` to Variable). Raises Unknown if it cannot be."""
    if isinstance(condition, Joined):
        return _joined(condition, scope)
    if isinstance(condition, Not):
        return not evaluate(condition.part, scope)
    if isinstance(condition, Exists):
        return _exists(condition.path, scope)
    return _test(condition, scope) != condition.negated


def _joined(condition: Joined, scope: Scope) -> bool:
    decisive = condition.word == "OR"
    unknown: Unknown | None = None
    for part in condition.parts:
        try:
            if evaluate(part, scope) is decisive:
                return decisive
        except Unknown as missing:
            unknown = unknown or missing
    if unknown is not None:
        raise unknown
    return not decisive


def _exists(path: PathTo, scope: Scope) -> bool:
    text = _variable(path, scope).text
    if referred(text) and not path.inside:
        return True
    return text is not None and any(True for _ in _values(path, scope))


def _test(test: Test, scope: Scope) -> bool:
    """True if any value of the path passes (STIX 2.1 §9.7: `[*]` is any)."""
    return any(_passes(test, value, kind, scope) for value, kind in _values(test.path, scope))


def _passes(test: Test, value: Comparable, kind: str, scope: Scope) -> bool:
    if test.operator == "IN":
        return any(_compared("=", value, kind, operand, scope) for operand in test.operands)
    return _compared(test.operator, value, kind, test.operands[0], scope)


def _compared(operator: str, value: Comparable, kind: str, operand: Operand, scope: Scope) -> bool:
    """Compare; what does not fit together is unequal and in no order (STIX 2.1 §9.6)."""
    for right in _operand_values(operand, kind, scope):
        fits = type(value) is type(right) or (_is_number(value) and _is_number(right))
        if operator == "!=" and not fits:
            return True
        if fits and _OPERATORS[operator](value, right):
            return True
    return False


def _is_number(value: Comparable | None) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _operand_values(operand: Operand, kind: str, scope: Scope) -> Iterator[Comparable | None]:
    if isinstance(operand, PathTo):
        yield from (value for value, _ in _values(operand, scope))
    else:
        yield _literal(operand, kind)


def _literal(literal: Literals, kind: str) -> Comparable | None:
    """A literal, read as the variable's declared type where its text allows that."""
    value = literal.value
    if literal.kind is TokenKind.TIME:
        return _time(str(value))
    if literal.kind is TokenKind.BINARY:
        return _bytes(lambda: base64.b64decode(str(value), validate=True))
    if literal.kind is TokenKind.HEX:
        return str(value).lower() if kind in _TEXTUAL else _bytes(lambda: bytes.fromhex(str(value)))
    if isinstance(value, str):
        return _READERS.get(kind, str)(value)
    return value


def could_compare(literal: Literals, kind: str) -> bool:
    """Whether a literal is of a kind that a variable of this type could equal or be ordered with."""
    value = _literal(literal, kind)
    if value is None:
        return False
    read = _READERS.get(kind, str)
    is_boolean, is_number = read is _boolean, read in (_whole, _decimal)
    return (
        isinstance(value, bool) if is_boolean else _is_number(value) if is_number else isinstance(value, str)
    )


def _bytes(read: Callable[[], bytes]) -> bytes | None:
    try:
        return read()
    except (ValueError, binascii.Error):
        return None


def _variable(path: PathTo, scope: Scope) -> Variable:
    if not path.is_variable:
        raise Unknown(saying("condition.unknown.path", named=f"{path.object}:{path.name}"))
    if path.object not in scope:
        raise Unknown(saying("condition.unknown.undeclared", named=path.object))
    return scope[path.object]


def _values(path: PathTo, scope: Scope) -> Iterator[tuple[Comparable, str]]:
    """The values a path names, with the type to compare them as. Raises Unknown when nobody has given one."""
    variable = _variable(path, scope)
    text = variable.text
    if text is None:
        raise Unknown(saying("condition.unknown.empty", named=path.object))
    if referred(text):
        raise Unknown(saying("condition.unknown.prose", named=path.object))
    if path.inside:
        yield from ((value, _kind_of(value)) for value in _inside(_json(text), path.inside))
        return
    value = _READERS.get(variable.type, str)(text)
    if value is None:
        raise Unknown(saying("condition.unknown.type", named=path.object, typed=variable.type))
    yield value, variable.type


def _json(text: str) -> JsonValue:
    try:
        data: JsonValue = json.loads(text)
    except (ValueError, RecursionError):
        raise Unknown(saying("condition.unknown.json")) from None
    return data


def _inside(data: JsonValue, way: tuple[str | int, ...]) -> Iterator[Scalar]:
    """Follow a way into a value; what is not there yields nothing."""
    found = [data]
    for part in way:
        found = [child for value in found for child in _children(value, part)]
    yield from (value for value in found if isinstance(value, (str, int, float, bool)))


def _children(value: JsonValue, part: str | int) -> list[JsonValue]:
    if isinstance(value, list):
        if part == "*":
            return value
        return [value[part]] if isinstance(part, int) and -len(value) <= part < len(value) else []
    if isinstance(value, dict) and isinstance(part, str):
        return list(value.values()) if part == "*" else [value[part]] if part in value else []
    return []


def _kind_of(value: Scalar) -> str:
    if isinstance(value, bool):
        return "bool"
    return "string" if isinstance(value, str) else "float"


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text.strip().lower())


def _whole(text: str) -> int | None:
    return int(text) if re.fullmatch(r"\s*[+-]?[0-9]{1,40}\s*", text) else None


def _decimal(text: str) -> float | None:
    return (
        float(text) if re.fullmatch(r"\s*[+-]?([0-9]{1,40}(\.[0-9]{0,40})?|\.[0-9]{1,40})\s*", text) else None
    )


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


_READERS: dict[str, Callable[[str], Comparable | None]] = {
    "bool": _boolean,
    "boolean": _boolean,
    "integer": _whole,
    "long": _whole,
    "float": _decimal,
    "hexstring": str.lower,
    "md5-hash": str.lower,
    "sha256-hash": str.lower,
    "mac-addr": str.lower,
    "uuid": str.lower,
}
"""How a text is read as a declared type; every other type is text. Hexadecimal is one in either case."""

_TEXTUAL = ("hexstring", "md5-hash", "sha256-hash", "hash")


def _like(left: Comparable, right: Comparable) -> bool:
    """LIKE: `%` any text, `_` any one character, over the whole value (STIX 2.1 §9.6)."""
    wild = {"%": ".*", "_": "."}
    middle = "".join(wild.get(c, c if c.isalnum() else f"\\{c}") for c in str(right))
    return _matches(left, rf"\A{middle}\z")


def _matches(left: Comparable, right: Comparable) -> bool:
    try:
        return search(str(right), str(left))
    except (Unsupported, TooCostly) as error:
        raise Unknown(error.fault) from None


def _subset(inner: Comparable, outer: Comparable) -> bool:
    try:
        one, other = (ipaddress.ip_network(str(text), strict=False) for text in (inner, outer))
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return one.subnet_of(other)
    if isinstance(one, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return one.subnet_of(other)
    return False


_OPERATORS: dict[str, Callable[..., bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "LIKE": _like,
    "MATCHES": _matches,
    "ISSUBSET": _subset,
    "ISSUPERSET": lambda left, right: _subset(right, left),
}
