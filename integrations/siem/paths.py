"""The one path mechanism: where in a JSON document something stands.

    a.b.c               member of member; a list on the way is walked through, every element in turn
    kibana.alert.uuid   found nested, flattened ("kibana.alert.uuid" as one key) or anything between
    Resources[Type=A|B].Id   only elements whose member has one of the values (case matters not)
    [object_type=user].object   only if the alert itself has such a member
    ^.groupLabels.x     in the envelope around the element, nearest first: a batch's labels, an account
    date + time         the texts of several places with a space between them, if all of them have one

A string on the way that holds a JSON object or array is read as one: several vendors put JSON in strings.
Looking up never raises, and at most `MOST` values are found.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from playbooks.texts import load_texts

Json = Any
"""Whatever `json.loads` gives; nothing is assumed of it."""

MOST: Final = 100
_COUNTABLE: Final = 1e15
_HUGE: Final = 10**40
_LONGEST_STRING: Final = 1_000_000
_OPENS: Final = frozenset('{["')
_STEP = re.compile(r"^(?P<key>[^\[\]]+)(?:\[(?P<member>[^=\]]+)=(?P<values>[^\]]*)\])?$")
_ROOT = re.compile(r"^\[(?P<member>[^=\]]+)=(?P<values>[^\]]*)\]\.")
_SPLIT = re.compile(r"\.(?![^\[]*\])")


@dataclass(frozen=True, slots=True)
class Item:
    """One alert's own JSON, and the envelopes it was taken out of, nearest first."""

    body: dict[str, Json]
    around: tuple[dict[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class _Only:
    member: str
    values: frozenset[str]

    def keeps(self, node: Json) -> bool:
        return isinstance(node, dict) and str(node.get(self.member, "")).casefold() in self.values


@dataclass(frozen=True, slots=True)
class Path:
    """A compiled path; `text` is how it was written."""

    text: str
    outer: bool
    ways: tuple[tuple[tuple[str, int], ...], ...]
    """For each step, the keys that lead on and the step each leads to: the next key, the next two joined, ..."""
    only: tuple[_Only | None, ...]
    root: _Only | None = None

    def find(self, item: Item) -> list[Json]:
        """Everything at this place, in document order; containers are given as they are."""
        found: list[Json] = []
        for root in item.around if self.outer else (item.body,):
            if self.root is None or self.root.keeps(root):
                self._members(root, 0, found)
            if found:
                break
        return found

    def _walk(self, node: Json, at: int, found: list[Json]) -> None:
        if isinstance(node, str) and at < len(self.ways):
            node = parsed_string(node)
        if isinstance(node, list):
            for element in node[:MOST]:
                if not isinstance(element, list):
                    self._walk(element, at, found)
        elif at == len(self.ways):
            if node is not None and len(found) < MOST:
                found.append(node)
        elif isinstance(node, dict):
            self._members(node, at, found)

    def _members(self, node: dict[str, Json], at: int, found: list[Json]) -> None:
        """The member of the next key; failing that, of the next keys joined by dots as one flattened key."""
        before = len(found)
        for key, end in self.ways[at]:
            if key in node:
                self._walk(self._kept(node[key], end - 1), end, found)
                if len(found) > before:
                    return

    def _kept(self, node: Json, at: int) -> Json:
        only = self.only[at]
        if only is None:
            return node
        elements = parsed_string(node) if isinstance(node, str) else node
        candidates = elements if isinstance(elements, list) else [elements]
        return [element for element in candidates if only.keeps(element)]


@dataclass(frozen=True, slots=True)
class Joined:
    """Places whose texts make one value together, as a day and a time of day do in two members."""

    text: str
    parts: tuple[Path, ...]

    def find(self, item: Item) -> list[Json]:
        """One text, or nothing when one of the places has none."""
        texts = [
            next((text for node in part.find(item) for text in scalars(node)), "") for part in self.parts
        ]
        return [" ".join(texts)] if all(texts) else []


Place = Path | Joined
"""Where a thing may stand."""


def place(text: str) -> Place:
    """Compile a path, or several with ` + ` between them. Raises ValueError as `path` does."""
    parts = tuple(path(part.strip()) for part in text.split(" + "))
    return Joined(text, parts) if len(parts) > 1 else parts[0]


def path(text: str) -> Path:
    """Compile a path. Raises ValueError with a sentence when it is not well written."""
    inner = text.removeprefix("^.")
    root = _ROOT.match(inner)
    steps = [_STEP.match(step) for step in _SPLIT.split(inner[root.end() :] if root else inner)]
    if not all(steps):
        raise ValueError(load_texts().say("file.formats.no_path", path=text))
    keys = [step["key"] for step in steps if step]
    only = tuple(_only(step) for step in steps if step)
    ways = tuple(
        tuple((".".join(keys[at:end]), end) for end in range(at + 1, len(keys) + 1))
        for at in range(len(keys))
    )
    return Path(text, text.startswith("^."), ways, only, _only(root) if root else None)


def _only(step: re.Match[str]) -> _Only | None:
    return _Only(step["member"], frozenset(step["values"].casefold().split("|"))) if step["member"] else None


def places(*texts: str) -> tuple[Place, ...]:
    """Several places where the same thing may stand."""
    return tuple(place(text) for text in texts)


def parsed_string(text: str) -> Json:
    """The JSON object or array that a string holds; the string itself when it holds none."""
    start = text.lstrip()[:1]
    if start not in _OPENS or len(text) > _LONGEST_STRING:
        return text
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return parsed_string(found) if isinstance(found, str) else found


def scalars(node: Json) -> Iterator[str]:
    """The text of a value, or of each value of a list; objects and empty texts have none."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, bool):
        yield "true" if node else "false"
    elif isinstance(node, int | float):
        yield _number(node)
    elif isinstance(node, list):
        for element in node[:MOST]:
            yield from scalars(element) if not isinstance(element, list) else ()


def _number(value: float) -> str:
    """A number as people write it: 8, not 8.0; one beyond any vendor's counting is not written out."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _COUNTABLE else str(value)
    return str(value) if abs(value) < _HUGE else "a number too large to be shown"
