"""A message as a small tree, the same for every vendor; a renderer turns it into what one vendor shows.

Text is data. What people and alerts wrote stands in `text` fields, never in markup, and each renderer
escapes it for its vendor, so that `<!channel>`, HTML or Markdown can never act. Characters that could act
anywhere (in a terminal, a log, the order of reading) are taken out beforehand (`inert.py`).
"""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Annotated, Literal, Protocol, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from playbooks.domain.ids import PersonId
from playbooks.domain.inert import CommandLine, Line, Lines, Url
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import colon, moment


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Text(_Node):
    """Words as they are."""

    kind: Literal["text"] = "text"
    text: Lines


class Strong(_Node):
    """Words that stand out."""

    kind: Literal["strong"] = "strong"
    text: Line


class Code(_Node):
    """Something to be read letter by letter: a command, a hash, an address that nobody should click."""

    kind: Literal["code"] = "code"
    text: Line


class Link(_Node):
    """Leads to a place and no more: it signs nobody in (docs/decisions/web-sign-in.md)."""

    kind: Literal["link"] = "link"
    text: Line
    url: Url


class Mention(_Node):
    """A person, told in the way of the vendor when she has an account there."""

    kind: Literal["mention"] = "mention"
    person: PersonId


class Time(_Node):
    """A moment; shown in the reader's own time zone where the vendor can."""

    kind: Literal["time"] = "time"
    at: AwareDatetime


Inline = Annotated[Text | Strong | Code | Link | Mention | Time, Field(discriminator="kind")]


class Heading(_Node):
    """A title."""

    kind: Literal["heading"] = "heading"
    text: Line


class Paragraph(_Node):
    """Some inline pieces, run together."""

    kind: Literal["paragraph"] = "paragraph"
    parts: tuple[Inline, ...]


class Bullets(_Node):
    """A list; each item is a run of inline pieces."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[tuple[Inline, ...], ...]


class Labelled(_Node):
    """One value under its label."""

    label: Line
    value: tuple[Inline, ...]


class Fields(_Node):
    """Labels and values, side by side where the vendor can."""

    kind: Literal["fields"] = "fields"
    items: tuple[Labelled, ...]


class Banner(_Node):
    """How the message is marked, and whether it belongs to an exercise; first in every outgoing message."""

    kind: Literal["banner"] = "banner"
    marking: Marking
    exercise: bool = False


class Button(_Node):
    """A command ready to be given: one press where the vendor has buttons, a line to type elsewhere.

    `command` comes from the catalogue and from codes, never from people's words.
    """

    kind: Literal["button"] = "button"
    label: Line
    command: CommandLine


class Footnote(_Node):
    """Something to keep rather than to read, a receipt: small, or folded away, where the vendor can."""

    kind: Literal["footnote"] = "footnote"
    label: Line
    code: Line


Block = Annotated[
    Heading | Paragraph | Bullets | Fields | Banner | Button | Footnote, Field(discriminator="kind")
]


class Document(_Node):
    """One message."""

    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The first heading, or the first words; for a ticket, a page, the subject of a mail."""
        said = tuple(block for block in self.blocks if not isinstance(block, Banner))
        headings = (block.text for block in said if isinstance(block, Heading))
        return next(headings, plain(Document(blocks=said)).strip().partition("\n")[0])


def inline(*parts: Inline | str) -> tuple[Inline, ...]:
    """A run of inline pieces; a plain string is somebody's words."""
    return tuple(Text(text=part) if isinstance(part, str) else part for part in parts)


def paragraph(*parts: Inline | str) -> Paragraph:
    """A paragraph of these pieces."""
    return Paragraph(parts=inline(*parts))


def bullets(*items: Inline | str) -> Bullets:
    """A list with one piece an item."""
    return Bullets(items=tuple(inline(item) for item in items))


def fields(**values: Inline | str) -> Fields:
    """Labels and values: `fields(Severity="high")`."""
    return Fields(items=tuple(Labelled(label=label, value=inline(value)) for label, value in values.items()))


Rendered_co = TypeVar("Rendered_co", covariant=True)


class Renderer(Protocol[Rendered_co]):
    """Turns a document into what one vendor takes; never raises, and no text can act in the result.

    `tests/contract/renderers.py` holds the suite that every renderer passes.
    """

    def __call__(self, document: Document, /) -> Rendered_co:
        """Render the whole document, in order."""


def mentioned(document: Document) -> frozenset[PersonId]:
    """Whoever a message mentions."""
    return frozenset(part.person for part in _parts(document) if isinstance(part, Mention))


def _parts(document: Document) -> Iterator[Inline]:
    for block in document.blocks:
        match block:
            case Paragraph():
                yield from block.parts
            case Bullets():
                yield from chain.from_iterable(block.items)
            case Fields():
                yield from chain.from_iterable(item.value for item in block.items)


def plain(document: Document) -> str:
    """Render for what shows bare characters: the terminal, mail, the simulated vendors.

    Only what Muster itself says begins a line at its left edge: further lines of anybody's words are
    indented, so no text can pass for a heading, a field or a marking.
    """
    return "\n\n".join(filter(None, (_plain_block(block) for block in document.blocks)))


def _plain_block(block: Block) -> str:
    match block:
        case Heading():
            return f"# {block.text}"
        case Paragraph():
            return f"  {_plain_inline(block.parts)}"
        case Bullets():
            return "\n".join(f"- {_plain_inline(item)}" for item in block.items)
        case Fields():
            return "\n".join(f"  {item.label}{colon()} {_plain_inline(item.value)}" for item in block.items)
        case Banner():
            return f"EXERCISE EXERCISE EXERCISE\n{block.marking}" if block.exercise else str(block.marking)
        case Button(label=label, command=said) | Footnote(label=label, code=said):
            return f"[{label}] {said}"


def _plain_inline(parts: Iterable[Inline]) -> str:
    return "".join(plain_part(part) for part in parts).replace("\n", "\n  ")


def plain_part(part: Inline) -> str:
    """One piece as bare characters."""
    match part:
        case Text() | Strong() | Code():
            return part.text
        case Link():
            return f"{part.text} <{part.url}>"
        case Mention():
            return f"@{part.person}"
        case Time():
            return moment(part.at)
