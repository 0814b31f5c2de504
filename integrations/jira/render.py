"""Document to what one Jira takes: a summary on one line, and a text within Jira's limit."""

import json
from collections.abc import Callable
from typing import Final

from integrations.jira.adf import Node, adf
from integrations.jira.wiki import wiki
from playbooks.domain.document import Banner, Document, paragraph, plain
from playbooks.domain.pieces import pieces

_LONGEST_SUMMARY: Final = 255
_LONGEST_TEXT: Final = 32_767
"""Jira's limit for a description and for a comment."""


def summary(document: Document) -> str:
    """The marking and the title on one line, since Jira's mails have it as their subject."""
    marked = plain(Document(blocks=tuple(block for block in document.blocks if isinstance(block, Banner))))
    said = " ".join(f"{marked} {document.title}".split())
    return said if len(said) <= _LONGEST_SUMMARY else f"{said[: _LONGEST_SUMMARY - 1]}…"


def text(document: Document, *, cloud: bool) -> str | Node:
    """The document as Cloud's tree or as Data Center's text; what is too long is cut, and said to be."""
    render: Callable[[Document], str | Node] = adf if cloud else wiki
    whole = render(document)
    if _size(whole) <= _LONGEST_TEXT:
        return whole
    first, *_ = pieces(document, lambda piece: _size(render(_cut(piece))) <= _LONGEST_TEXT)
    return render(_cut(first))


def _cut(document: Document) -> Document:
    return Document(blocks=(*document.blocks, paragraph("…")))


def _size(rendered: str | Node) -> int:
    return len(rendered if isinstance(rendered, str) else json.dumps(rendered, ensure_ascii=False))
