"""Document to the Atlassian Document Format, which Jira Cloud takes: words stand in text nodes and never act."""

from collections.abc import Iterable
from datetime import UTC
from itertools import chain
from typing import Any

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

Node = dict[str, Any]

_STRONG: Node = {"type": "strong"}
_CODE: Node = {"type": "code"}


def adf(document: Document, /) -> Node:
    """The whole document, block after block."""
    content = [
        node for node in map(_block, document.blocks) if node["content"] or node["type"] != "bulletList"
    ]
    return {"version": 1, "type": "doc", "content": content}


def _block(block: Block) -> Node:
    match block:
        case Heading():
            return {"type": "heading", "attrs": {"level": 3}, "content": _words(block.text)}
        case Paragraph():
            return _paragraph(_inline(block.parts))
        case Bullets():
            return _list(_inline(item) for item in block.items)
        case Fields():
            return _list(
                [*_words(f"{item.label}{colon()} ", _STRONG), *_inline(item.value)] for item in block.items
            )
        case Banner():
            exercise = "EXERCISE EXERCISE EXERCISE\n" if block.exercise else ""
            return _paragraph(_words(f"{exercise}{block.marking}", _STRONG))
        case Button(label=label, command=said) | Footnote(label=label, code=said):
            return _paragraph([*_words(f"{label}: "), *_words(said, _CODE)])


def _inline(parts: Iterable[Inline]) -> list[Node]:
    return list(chain.from_iterable(map(_part, parts)))


def _part(part: Inline) -> list[Node]:
    match part:
        case Text():
            return _words(part.text)
        case Strong():
            return _words(part.text, _STRONG)
        case Code():
            return _words(part.text, _CODE)
        case Link():
            return _words(part.text or part.url, {"type": "link", "attrs": {"href": part.url}})
        case Mention():
            return _words(f"@{part.person}")
        case Time():
            return _words(f"{part.at.astimezone(UTC):%Y-%m-%d %H:%M} UTC")


def _words(text: str, *marks: Node) -> list[Node]:
    """Text nodes, which may not be empty, with breaks between the lines."""
    style = {"marks": list(marks)} if marks else {}
    lines = [[{"type": "text", "text": line, **style}] if line else [] for line in text.split("\n")]
    return [
        node for number, line in enumerate(lines) for node in ([{"type": "hardBreak"}] * (number > 0) + line)
    ]


def _paragraph(content: list[Node]) -> Node:
    return {"type": "paragraph", "content": content}


def _list(items: Iterable[list[Node]]) -> Node:
    listed = [{"type": "listItem", "content": [_paragraph(item)]} for item in items]
    return {"type": "bulletList", "content": listed}
