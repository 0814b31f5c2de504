"""YAML to plain data with lines: the JSON part of YAML 1.2 and nothing that can grow or act.

Anchors, aliases, tags and merge keys are refused: a playbook is read by people, and a file of a kilobyte must not
become a gigabyte. Scalars follow the core schema of YAML 1.2, so `no` and `on` are words and not booleans.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic import JsonValue
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from playbooks.cacao import limits
from playbooks.cacao.finding import Finding, Path, refuse
from playbooks.domain.misshapen import no_yaml
from playbooks.domain.saying import saying

RULE = "YAML 1.2"

_INTEGER = re.compile(r"[-+]?[0-9]{1,40}\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,40}|[0-9]{1,40}(\.[0-9]{0,40})?)([eE][-+]?[0-9]{1,3})?\Z")
_WORDS: dict[str, JsonValue] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip


class _Refused(Exception):
    def __init__(self, line: int, code: str, rule: str = RULE, **named: object) -> None:
        super().__init__(code)
        self.finding = refuse((), rule, code, remedy="", **named).on(line)


def read_yaml(text: str) -> tuple[JsonValue, dict[Path, int], Finding | None]:
    """The data, the line of every value and key, and why it cannot be read, if so."""
    builder = _Builder()
    try:
        for event in _events(text):
            builder.take(event)
    except _Refused as refused:
        return None, {}, refused.finding
    except YAMLError as error:
        return None, {}, _syntax(error)
    except (ValueError, RecursionError, AttributeError, IndexError, KeyError, TypeError):
        # The parser raises these for some malformed directives, escapes and characters.
        return None, {}, refuse((), RULE, "no_yaml", why=saying("file.yaml.unfit"))
    return builder.data, builder.lines, None


def _events(text: str) -> Iterator[Event]:
    yield from YAML(typ="safe", pure=True).parse(text)


def _syntax(error: YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    return refuse((), RULE, "yaml_line", why=no_yaml(error)).on(line)


@dataclass
class _Open:
    """A list or mapping that is being read."""

    value: list[JsonValue] | dict[str, JsonValue]
    key: str | None = None


class _Builder:
    """Takes parser events one at a time; holds a stack instead of recursing."""

    def __init__(self) -> None:
        self.data: JsonValue = None
        self.lines: dict[Path, int] = {}
        self._open: list[_Open] = []
        self._path: list[str | int] = []
        self._count = 0
        self._documents = 0

    def take(self, event: Event) -> None:
        line = event.start_mark.line + 1
        if isinstance(event, AliasEvent) or getattr(event, "anchor", None):
            raise _Refused(line, "anchors")
        if isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise _Refused(line, "documents")
        elif isinstance(event, ScalarEvent):
            self._scalar(event, line)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._no_tag(event, line)
            self._place({} if isinstance(event, MappingStartEvent) else [], line)
        elif isinstance(event, (MappingEndEvent, SequenceEndEvent)):
            self._open.pop()
            if self._open and self._path:
                self._leave()

    def _scalar(self, event: ScalarEvent, line: int) -> None:
        self._no_tag(event, line)
        parent = self._open[-1] if self._open else None
        if parent is not None and isinstance(parent.value, dict) and parent.key is None:
            self._key(parent, parent.value, event.value, line)
        else:
            self._place(event.value if event.style else _plain(event.value), line)

    def _key(self, parent: _Open, mapping: dict[str, JsonValue], key: str, line: int) -> None:
        self._counted(line)
        if key in mapping:
            raise _Refused(line, "twice", named=key[:80])
        parent.key = key

    def _place(self, value: JsonValue, line: int) -> None:
        self._counted(line)
        if len(self._open) >= limits.DEPTH:
            raise _Refused(line, "deep_yaml", limits.RULE, number=limits.DEPTH)
        self._attach(value, line)
        if isinstance(value, (dict, list)):
            self._open.append(_Open(value))
        elif self._path:
            self._leave()

    def _attach(self, value: JsonValue, line: int) -> None:
        if not self._open:
            self.data = value
            return
        parent = self._open[-1]
        if isinstance(parent.value, list):
            self._path.append(len(parent.value))
            parent.value.append(value)
        elif parent.key is None:
            raise _Refused(line, "key_not_text")
        else:
            self._path.append(parent.key)
            parent.value[parent.key] = value
        self.lines[tuple(self._path)] = line

    def _leave(self) -> None:
        self._path.pop()
        self._open[-1].key = None

    def _counted(self, line: int) -> None:
        self._count += 1
        if self._count > limits.YAML_VALUES:
            raise _Refused(line, "many_values", limits.RULE, count=limits.YAML_VALUES)

    @staticmethod
    def _no_tag(event: ScalarEvent | MappingStartEvent | SequenceStartEvent, line: int) -> None:
        tag = getattr(event, "tag", None)
        if tag is not None and str(tag) not in ("None", ""):
            raise _Refused(line, "tags", signs="!, !!")


def _plain(text: str) -> JsonValue:
    """A plain scalar after the core schema (YAML 1.2 §10.3.2); what is no number, boolean or null is text."""
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.match(text):
        return int(text)
    return float(text) if _FLOAT.match(text) else text
