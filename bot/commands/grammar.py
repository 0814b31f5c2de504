"""The grammar of a line: `/incident [KEY] words... name=value... "quoted words"`; further lines are text.

`/incident`, `!incident` and bare words read the same, so every front end may pass on what it was given.
Control characters and reordering ones are dropped; everything else, in any script, stays.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from bot.commands.misread import Misread
from playbooks.domain.ids import IncidentKey
from playbooks.domain.inert import harmless

LONGEST: Final = 40_000
"""Characters in one command, as many as Slack takes in a message."""

_PREFIX: Final = re.compile(r"\s*[/!]?\s*(?:incident(?=\s|$))?\s*", re.IGNORECASE)
_KEY: Final = re.compile(r"(INC-\d{4}-\d{4,9})(?::?\s+|:?$)", re.IGNORECASE | re.ASCII)
_NAME: Final = re.compile(r"([a-z_][a-z0-9_-]*)=", re.IGNORECASE | re.ASCII)
_LINE_ENDS: Final = "\n\t\r\v\f\x85"

_CLOSING: Final = {
    '"': '"”“', "“": '”"', "”": '”"', "„": '“”"', "«": "»", "»": "«", "‹": "›",  # noqa: RUF001  these quotes are meant
    "'": "'’", "‘": "’'", "‚": "‘’'", "「": "」", "『": "』",  # noqa: RUF001  as above
}  # fmt: skip
"""Each opening quote with what may close it: phones and keyboards of many languages differ."""

_QUOTED: Final = {
    opening: re.compile(rf"{opening}(.{{0,500}}?)[{closing}](?=\s|$)")
    for opening, closing in _CLOSING.items()
}
"""A quote opens at the beginning of a word and closes at the end of one, so an apostrophe does neither."""


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the first line; `value` is without name and quotes."""

    value: str
    start: int
    end: int
    name: str = ""
    """Before `=`, in lower case; empty when there is none."""
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What was typed, taken apart as far as no command need be known."""

    key: IncidentKey | None
    head: str
    """The first line, without prefix and key."""
    body: str
    """All further lines, as they are."""
    tokens: tuple[Token, ...]
    """The words of `head`."""


def read_line(typed: str) -> Line:
    """Take a line apart. Raises Misread for one that is too long."""
    if len(typed) > LONGEST:
        raise Misread("misread.too_long", most=LONGEST)
    text = cleaned(typed)
    text = text[_prefix_end(text) :]
    key = _KEY.match(text)
    if key:
        text = text[key.end() :]
    head, _, body = text.partition("\n")
    return Line(
        key=IncidentKey(key[1].upper()) if key else None,
        head=head,
        body=body.strip("\n").rstrip(),
        tokens=tokens(head),
    )


def cleaned(typed: str) -> str:
    """Without control characters, and with one kind of line end."""
    kept = (c for c in typed if c in _LINE_ENDS or unicodedata.category(c) not in {"Cc", "Cs"})
    return harmless("".join(kept))


def tokens(head: str) -> tuple[Token, ...]:
    """The words of one line; quotes keep words together, an unclosed quote is a character like any other."""
    found = []
    position = _past_space(head, 0)
    while position < len(head):
        token = _token(head, position)
        found.append(token)
        position = _past_space(head, token.end)
    return tuple(found)


def unquoted(text: str) -> str:
    """The text without the quotes that enclose all of it; any other text as it is."""
    closing = _CLOSING.get(text[:1], "")
    inner = text[1:-1]
    enclosed = len(text) > 1 and closing and text[-1] in closing
    return inner.strip() if enclosed and not any(c in closing or c == text[0] for c in inner) else text


def _prefix_end(text: str) -> int:
    prefix = _PREFIX.match(text)
    return prefix.end() if prefix else 0


def _past_space(head: str, position: int) -> int:
    while position < len(head) and head[position].isspace():
        position += 1
    return position


def _token(head: str, start: int) -> Token:
    named = _NAME.match(head, start)
    begin = named.end() if named else start
    name = named[1].lower() if named else ""
    pattern = _QUOTED.get(head[begin : begin + 1])
    quoted = pattern.match(head, begin) if pattern else None
    if quoted:
        return Token(value=quoted[1].strip(), start=start, end=quoted.end(), name=name, quoted=True)
    end = begin
    while end < len(head) and not head[end].isspace():
        end += 1
    return Token(value=head[begin:end], start=start, end=end, name=name)
