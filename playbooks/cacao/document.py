"""Bytes to plain data, with the line of every value where the format has lines. Bounded, and never a traceback."""

import json
import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from pydantic import JsonValue

from playbooks.cacao import limits
from playbooks.cacao.finding import Finding, Path, refuse
from playbooks.cacao.json_lines import lines_of
from playbooks.cacao.yaml_source import read_yaml
from playbooks.domain.saying import Faulty, saying

RULE_JSON = "RFC 8259"


class Unreadable(Exception):
    """The bytes are no document that can be read safely; `finding` says why."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code)
        self.finding = finding


class _NoValue(Faulty, ValueError):
    """JSON has it, and it cannot be taken."""


@dataclass(frozen=True)
class Document:
    """Plain data and where it stood."""

    data: dict[str, JsonValue]
    is_json: bool
    lines: dict[Path, int] = field(default_factory=dict)
    text: str = ""
    """Of JSON, in which lines are looked up only when something is to be said."""

    def located(self, paths: Iterable[Path]) -> "Document":
        """The same, with the lines of these values."""
        return replace(self, lines=lines_of(self.text, paths)) if self.is_json else self

    def line(self, path: Path) -> int | None:
        """The line of a value, or of the nearest value around it that has one."""
        for length in range(len(path), 0, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None


def read_document(content: bytes) -> Document:
    """Read JSON if the first character is `{`, otherwise YAML. Raises Unreadable, and nothing else, for any bytes."""
    if len(content) > limits.JSON_BYTES:
        raise Unreadable(refuse((), limits.RULE, "file_size", remedy="split", count=limits.JSON_BYTES))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(refuse((), "CACAO 2.0 §1", "not_utf8", position=error.start)) from None
    if text.lstrip().startswith("{"):
        return Document(_read_json(text), is_json=True, text=text)
    return _read_yaml(text, len(content))


def _read_yaml(text: str, size: int) -> Document:
    if size > limits.YAML_BYTES:
        raise Unreadable(
            refuse((), limits.RULE, "yaml_size", remedy="split", count=size, size=limits.YAML_BYTES)
        )
    data, lines, finding = read_yaml(text)
    if finding is not None:
        raise Unreadable(finding)
    _measure(data)
    return Document(_mapping(data), is_json=False, lines=lines)


_MOST_DIGITS = 4_000
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
"""A string of JSON, or one that never ends: so that every text is gone through once."""


def _count(text: str) -> int:
    """How many names and values a JSON text holds at most, without reading it: each follows one of these."""
    return sum(map(text.count, ",[{:")) + 1


def _read_json(text: str) -> dict[str, JsonValue]:
    if _count(text) > limits.VALUES and (count := _count(_STRING.sub("", text))) > 2 * limits.VALUES:
        raise Unreadable(_too_large(count, 2 * limits.VALUES))
    try:
        data = json.loads(text, object_pairs_hook=_unique, parse_constant=_no_constant, parse_int=_whole)
    except RecursionError:
        raise Unreadable(_too_deep()) from None
    except json.JSONDecodeError as error:
        fault = refuse((), RULE_JSON, "not_json_text", said=error.msg, column=error.colno)
        raise Unreadable(fault.on(error.lineno)) from None
    except _NoValue as error:
        raise Unreadable(refuse((), RULE_JSON, "bad_value", fault=error.fault)) from None
    except ValueError as error:
        raise Unreadable(refuse((), RULE_JSON, "bad_value", fault=error)) from None
    _measure(data)
    return _mapping(data)


def _unique(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    """Two properties of one name would mean one thing to us and another to the next reader (RFC 8259 §4)."""
    unique = dict(pairs)
    if len(unique) < len(pairs):
        names = [name for name, _ in pairs]
        twice = (
            next(name for index, name in enumerate(names) if name in names[:index])
            if len(names) < 1000
            else "?"
        )
        raise _NoValue(saying("finding.value.twice", named=twice[:80]))
    return unique


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise _NoValue(saying("finding.value.digits", count=len(digits)))
    return int(digits)


def _no_constant(name: str) -> JsonValue:
    raise _NoValue(saying("finding.value.constant", named=name))


def _mapping(data: JsonValue) -> dict[str, JsonValue]:
    if isinstance(data, dict):
        return data
    raise Unreadable(refuse((), "CACAO 2.0 §3.1", "no_object", brace="{"))


def _measure(data: JsonValue) -> None:
    """Refuse what is too deep, too many, or not Unicode, without recursing."""
    for count, (value, depth) in enumerate(_walk(data)):
        if depth > limits.DEPTH:
            raise Unreadable(_too_deep())
        if count > limits.VALUES:
            raise Unreadable(_too_large(count, limits.VALUES))
        if isinstance(value, str) and not is_unicode(value):
            raise Unreadable(refuse((), "RFC 7493 §2.1", "surrogate"))
        if isinstance(value, (int, float)) and not is_exact(value):
            raise Unreadable(refuse((), "RFC 7493 §2.2", "large_number"))


def _walk(data: JsonValue) -> Iterator[tuple[JsonValue, int]]:
    pending: list[tuple[JsonValue, int]] = [(data, 1)]
    while pending:
        value, depth = pending.pop()
        yield value, depth
        if isinstance(value, dict):
            pending.extend((key, depth) for key in value)
            pending.extend((child, depth + 1) for child in value.values())
        elif isinstance(value, list):
            pending.extend((child, depth + 1) for child in value)


def is_unicode(text: str) -> bool:
    """Whether the text can be written as UTF-8 at all."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def is_exact(number: float) -> bool:
    """Whether every reader of JSON takes the number for the same one: finite, and whole ones within 2**53."""
    if isinstance(number, int):
        return abs(number) < 2**53
    return math.isfinite(number)


def _too_deep() -> Finding:
    return refuse((), limits.RULE, "deep_document", number=limits.DEPTH)


def _too_large(count: int, limit: int) -> Finding:
    return refuse((), limits.RULE, "document_size", remedy="split", count=count, size=limit)
