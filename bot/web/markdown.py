"""Document to Markdown (CommonMark 0.31). Whatever people and alerts wrote is escaped: it never becomes markup."""

import re
from collections.abc import Iterable
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
from playbooks.domain.tongue import colon, moment

_ACTS: Final = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~&@:=^$%])")
"""Every ASCII sign that Markdown or a common extension of it reads; CommonMark 2.4 lets each be escaped."""


def markdown(document: Document, /) -> str:
    """The whole document, block after block."""
    return "\n\n".join(_block(block) for block in document.blocks)


def words(text: str) -> str:
    """Anybody's words on one line of Markdown, as they are; line breaks stay breaks."""
    lines = (_ACTS.sub(r"\\\1", line.strip()) for line in text.split("\n"))
    return "\\\n".join(line for line in lines if line)


def inline(parts: Iterable[Inline]) -> str:
    """A run of inline pieces, without blanks before it: four of them would make it code (CommonMark 4.4)."""
    return "".join(_part(part) for part in parts).lstrip(" ")


def _block(block: Block) -> str:
    match block:
        case Heading():
            return f"### {words(block.text)}"
        case Paragraph():
            return inline(block.parts)
        case Bullets():
            return "\n".join(f"- {inline(item)}" for item in block.items)
        case Fields():
            return "\n".join(f"- {words(item.label)}{colon()} {inline(item.value)}" for item in block.items)
        case Banner():
            return f"**{'EXERCISE ' if block.exercise else ''}{block.marking.value}**"
        case Button(label=label, command=said) | Footnote(label=label, code=said):
            return f"{words(label)}{colon()} {_code(said)}"


def _part(part: Inline) -> str:
    match part:
        case Text() | Strong():
            # Emphasis opens and closes by the signs around it (CommonMark 6.2), so that words could undo it: none.
            return _spaced(part.text)
        case Code():
            return _code(part.text)
        case Link():
            return f"[{words(part.text)}](<{part.url}>)"
        case Mention():
            return words(f"@{part.person}")
        case Time():
            return moment(part.at)


def _spaced(text: str) -> str:
    """Words within a run keep the blanks at their ends."""
    core = text.strip(" ")
    if not core:
        return text
    begin = len(text) - len(text.lstrip(" "))
    return " " * begin + words(core) + " " * (len(text) - begin - len(core))


def _code(text: str) -> str:
    """A code span whose fence is longer than any run of backticks inside (CommonMark 6.1)."""
    fence = "`" * (1 + max((len(run) for run in re.findall("`+", text)), default=0))
    pad = " " if text.startswith("`") or text.endswith("`") or not text.strip() else ""
    return f"{fence}{pad}{text}{pad}{fence}"
