"""A request's bytes taken apart into JSON documents: one value, an array's elements, lines (NDJSON).

One bad document never loses the others: it is set aside with its own bytes and a sentence, and reading goes
on behind it. The work spent on bad documents is bounded; behind the last one that is tried, the rest of the
body is set aside whole.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from integrations.siem.paths import Json

MOST_BAD: Final = 1_000
"""Bad documents set aside one by one in a body; what follows the last is set aside as one."""

_MOST_UNBALANCED: Final = 10
_WINDOW: Final = 65_536
_LONG_NUMBER: Final = 4_000
_BETWEEN = re.compile(r"[\s,\x1e\ufeff]*")
_NEXT_LINE = re.compile(r"\n(?=[\[{])")
_NEXT_OBJECT = re.compile(r",\s*(?=\{)")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},]', re.DOTALL)
_CLOSES: Final = {"}": "{", "]": "["}


@dataclass(frozen=True, slots=True)
class Document:
    """One JSON value and its own bytes; `position` counts from 1 in the order of the body."""

    value: Json
    raw: bytes
    position: int


@dataclass(frozen=True, slots=True)
class SetAside:
    """Bytes that could not be read as an alert, why, and the how-manieth document they were."""

    raw: bytes
    reason: str
    position: int


def _nothing(_: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259, section 6); they mean nothing here."""


def _whole(text: str) -> int | str:
    """A whole number; one too long for a number stays text, so that a bomb of digits costs nothing."""
    return int(text) if len(text) <= _LONG_NUMBER else "a number too large to be read"


_FAST: Final = json.JSONDecoder(parse_constant=_nothing)
_FORGIVING: Final = json.JSONDecoder(parse_constant=_nothing, parse_int=_whole, strict=False)
"""Takes raw control characters in strings and numbers of any length too."""


def decoded(body: bytes) -> str:
    """The body as text: UTF-8, or UTF-16 by its mark. Bytes that are no UTF-8 survive the way back."""
    if body[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return body.decode("utf-16", "replace")
    return body.decode("utf-8", "surrogateescape")


def documents(body: bytes) -> Iterator[Document | SetAside]:
    """Every document of a body in order, the unreadable ones set aside. Never raises."""
    text = decoded(body)
    at, position, unbalanced, bad, inside = 0, 0, 0, 0, False
    while (at := _skip(text, at)) < len(text):
        if text[at] == ("]" if inside else "["):
            at, inside = at + 1, not inside
            continue
        position += 1
        value, end, why = _value(text, at)
        if end is not None:
            yield Document(value, _bytes(text[at:end]), position)
            at = end
            continue
        bad += 1
        end = _balanced_end(text, at) if inside else None
        unbalanced += inside and end is None
        if end is None:
            end = _resume(text, at, inside=inside)
        if bad >= MOST_BAD or unbalanced >= _MOST_UNBALANCED:
            end, why = (
                len(text),
                f"{why}; with so much that cannot be read, the rest of the body was not tried",
            )
        yield SetAside(_bytes(text[at:end]), f"Document {position} was set aside: {why}.", position)
        at = end
    if inside:
        yield SetAside(
            b"", "The array has no end: the body may have been cut off. Send it again whole.", position + 1
        )


def _skip(text: str, at: int) -> int:
    found = _BETWEEN.match(text, at)
    return found.end() if found else at


def _value(text: str, at: int) -> tuple[Json, int | None, str]:
    """The value that begins here and where it ends; else (None, None, why)."""
    why = ""
    for decoder in (_FAST, _FORGIVING):
        try:
            value, end = decoder.raw_decode(text, at)
        except RecursionError:
            return None, None, "it is nested too deeply to be an alert"
        except json.JSONDecodeError as error:
            why = f"it is not JSON ({error.msg} at its character {error.pos - at + 1})"
        except ValueError:
            why = "it holds a number that cannot be read"
        else:
            if decoder is _FAST or isinstance(value, dict):
                return value, end, ""
            # A string without an end, forgiven its line breaks, would swallow the next line.
            why = "a string in it has no end"
    return None, None, why


def _balanced_end(text: str, at: int) -> int | None:
    """Where a broken element of an array ends: the comma or bracket on its level. None if none matches."""
    open_ones: list[str] = []
    for token in _TOKEN.finditer(text, at, at + _WINDOW):
        mark = token.group()
        if not open_ones and mark in {",", "]"}:
            return token.start()
        if mark in {"{", "["}:
            open_ones.append(mark)
        elif mark in _CLOSES and (not open_ones or open_ones.pop() != _CLOSES[mark]):
            return None
    return None


def _resume(text: str, at: int, *, inside: bool) -> int:
    """The next place where a document may begin: a line's start, or in an array an object behind a comma."""
    found = (_NEXT_OBJECT if inside else _NEXT_LINE).search(text, at)
    return found.end() if found else len(text)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
