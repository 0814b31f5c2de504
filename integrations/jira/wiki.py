"""Document to Jira's wiki text, which Data Center takes.

What the renderer of Jira reads as markup is escaped with a backslash where it takes one, and written as a
character reference where it does not; each piece of words stays on one line, so nothing begins a line by itself.
"""

import re
from collections.abc import Iterable
from datetime import UTC
from typing import Final

from playbooks.domain.document import (
    Banner,
    Block,
    Bullets,
    Button,
    Code,
    Document,
    Fields,
    Footnote,
    Heading,
    Inline,
    Link,
    Mention,
    Paragraph,
    Strong,
    Text,
    Time,
)
from playbooks.domain.tongue import colon

_ESCAPES: Final = {ord(sign): f"\\{sign}" for sign in "-#*_+?^~|%{}[]()!@"}
"""What Jira takes a backslash before."""
_REFERENCES: Final = {"&": "&amp;", "\\": "&#92;", ":": "&#58;", ";": "&#59;", "<": "&lt;", ">": "&gt;"}
"""Colons and semicolons make links and faces."""
_WRITTEN: Final = str.maketrans(_ESCAPES | {ord(sign): entity for sign, entity in _REFERENCES.items()})
_LINE_BEGINS: Final = re.compile(r"\b(h[1-6]|bq)\.", re.IGNORECASE)
_BREAK: Final = r" \\ "
_IN_ADDRESS: Final = str.maketrans({sign: f"%{ord(sign):02X}" for sign in "[]{}^!*"})


def wiki(document: Document, /) -> str:
    """The whole document, block after block."""
    return "\n\n".join(filter(None, map(_block, document.blocks)))


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"h3. {_words(block.text)}"
        case Paragraph():
            return _inline(block.parts)
        case Bullets():
            return "\n".join(f"* {_inline(item)}" for item in block.items)
        case Fields():
            return "\n".join(
                f"* *{_words(item.label)}{colon()}* {_inline(item.value)}" for item in block.items
            )
        case Banner():
            exercise = "*EXERCISE EXERCISE EXERCISE*\n" if block.exercise else ""
            return f"{exercise}*{_words(block.marking)}*"
        case Button(label=label, command=said) | Footnote(label=label, code=said):
            return f"{_words(label)}: {{{{{_words(said)}}}}}"


def _inline(parts: Iterable[Inline]) -> str:
    return "".join(map(_part, parts))


def _part(part: Inline) -> str:
    match part:
        case Text():
            return _words(part.text)
        case Strong():
            return f"*{_words(part.text)}*"
        case Code():
            return f"{{{{{_words(part.text)}}}}}"
        case Link():
            return f"[{_words(part.text or 'link')}|{part.url.translate(_IN_ADDRESS)}]"
        case Mention():
            return _words(f"@{part.person}")
        case Time():
            return _words(f"{part.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _words(text: str) -> str:
    """Anybody's words as they are."""
    lines = (line.translate(_WRITTEN) for line in text.split("\n"))
    return _BREAK.join(_LINE_BEGINS.sub(r"\1&#46;", line) for line in lines)
