"""One document in several, where a vendor takes only so much in a message."""

from collections.abc import Callable
from typing import TypeVar

from playbooks.domain.document import (
    Banner,
    Block,
    Bullets,
    Document,
    Fields,
    Heading,
    Inline,
    Labelled,
    Paragraph,
    Strong,
    Text,
)

_Item = TypeVar("_Item")
_Run = tuple[Inline, ...]


def pieces(document: Document, fits: Callable[[Document], bool]) -> tuple[Document, ...]:
    """The document halved until every piece fits, in order, each piece under the document's banner.

    What cannot be halved (a code, a link, a button) stays whole even where it does not fit.
    """
    banner = tuple(block for block in document.blocks[:1] if isinstance(block, Banner))

    def piece(blocks: tuple[Block, ...]) -> Document:
        return Document(blocks=(*banner, *blocks))

    halved = _halved(document.blocks[len(banner) :], lambda blocks: fits(piece(blocks)))
    return tuple(piece(blocks) for blocks in halved)


def _halved(blocks: tuple[Block, ...], fits: Callable[[tuple[Block, ...]], bool]) -> list[tuple[Block, ...]]:
    if fits(blocks):
        return [blocks]
    halves = (
        _middle(blocks) if len(blocks) > 1 else tuple((half,) for block in blocks for half in _block(block))
    )
    if len(halves) < 2:
        return [blocks]
    return [piece for half in halves for piece in _halved(half, fits)]


def _block(block: Block) -> tuple[Block, ...]:
    """The block as two; alone where it cannot be."""
    match block:
        case Heading():
            return tuple(Heading(text=half) for half in _words(block.text))
        case Paragraph():
            return tuple(Paragraph(parts=half) for half in _run(block.parts))
        case Bullets():
            return tuple(Bullets(items=half) for half in _items(block))
        case Fields():
            return tuple(Fields(items=half) for half in _rows(block))
        case _:
            return (block,)


def _items(block: Bullets) -> tuple[tuple[_Run, ...], ...]:
    if len(block.items) > 1:
        return _middle(block.items)
    return tuple((half,) for item in block.items for half in _run(item))


def _rows(block: Fields) -> tuple[tuple[Labelled, ...], ...]:
    if len(block.items) > 1:
        return _middle(block.items)
    return tuple((row.model_copy(update={"value": half}),) for row in block.items for half in _run(row.value))


def _run(parts: _Run) -> tuple[_Run, ...]:
    match parts:
        case (Text() | Strong() as part,):
            return tuple((part.model_copy(update={"text": half}),) for half in _words(part.text))
        case _:
            return _middle(parts)


def _middle(items: tuple[_Item, ...]) -> tuple[tuple[_Item, ...], ...]:
    half = len(items) // 2
    return tuple(part for part in (items[:half], items[half:]) if part) or (items,)


def _words(text: str) -> tuple[str, ...]:
    """Near the middle, between two words where there are any; no character is lost."""
    half = len(text) // 2
    spaces = [at + 1 for at in range(half // 2, len(text) - half // 2) if text[at].isspace()]
    cut = min(spaces, key=lambda at: abs(at - half), default=half)
    return tuple(part for part in (text[:cut], text[cut:]) if part) or (text,)
