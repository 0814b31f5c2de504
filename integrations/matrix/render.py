"""Document to a Matrix message: the HTML that clients show, and the same in bare characters, from one tree."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape
from typing import Any, Final
from urllib.parse import quote

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
    plain,
)
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import colon, moment

Json = dict[str, Any]

_COLOURS: Final = {
    Marking.CLEAR: "#ffffff",
    Marking.GREEN: "#33ff00",
    Marking.AMBER: "#ffc000",
    Marking.AMBER_STRICT: "#ffc000",
    Marking.RED: "#ff2b2b",
}
"""Of the labels, on black (TLP 2.0, table 1)."""

_EXERCISE: Final = "EXERCISE EXERCISE EXERCISE"


@dataclass(frozen=True, slots=True)
class MatrixRenderer:
    """Renders for one homeserver; `account` knows people's Matrix ids."""

    account: Callable[[PersonId], str | None]

    def __call__(self, document: Document, /) -> Json:
        """The content of an m.room.message.

        `m.mentions` is always there, so that only those in it are told: no word of a text can be a mention then
        (specification, "User and room mentions").
        """
        typed = Document(blocks=tuple(map(_typed, document.blocks)))
        mentioned = sorted({account for each in _mentions(typed) if (account := self.account(each))})
        return {
            "msgtype": "m.text",
            "body": plain(typed),
            "format": "org.matrix.custom.html",
            "formatted_body": "".join(map(self._block, typed.blocks)),
            "m.mentions": {"user_ids": mentioned} if mentioned else {},
        }

    def _block(self, block: Block) -> str:
        match block:
            case Heading():
                return f"<h4>{_words(block.text)}</h4>"
            case Paragraph():
                return f"<p>{self._run(block.parts)}</p>"
            case Bullets():
                return f"<ul>{''.join(f'<li>{self._run(item)}</li>' for item in block.items)}</ul>"
            case Fields():
                rows = (
                    f"<strong>{_words(row.label)}{colon()}</strong> {self._run(row.value)}"
                    for row in block.items
                )
                return f"<p>{'<br>'.join(rows)}</p>"
            case Banner():
                return _banner(block)
            case Button() | Footnote():
                return _coded(block)

    def _run(self, parts: Iterable[Inline]) -> str:
        return "".join(map(self._part, parts))

    def _part(self, part: Inline) -> str:
        match part:
            case Text():
                return _words(part.text)
            case Strong():
                return f"<strong>{_words(part.text)}</strong>"
            case Code():
                return f"<code>{_words(part.text)}</code>"
            case Link():
                return f'<a href="{escape(part.url)}">{_words(part.text or part.url)}</a>'
            case Mention():
                return self._mention(part)
            case Time():
                return moment(part.at)

    def _mention(self, mention: Mention) -> str:
        account, name = self.account(mention.person), f"@{mention.person}"
        return (
            f'<a href="https://matrix.to/#/{quote(account)}">{_words(name)}</a>' if account else _words(name)
        )


def _typed(block: Block) -> Block:
    """Commands as one types them on Matrix, whose clients keep “/” for themselves; a button is such a line."""
    match block:
        case Button():
            label = (Text(text=f"{block.label}{colon()} "),) if block.label else ()
            return Paragraph(parts=(*label, _line(Code(text=block.command))))
        case Paragraph():
            return Paragraph(parts=tuple(map(_line, block.parts)))
        case Bullets():
            return Bullets(items=tuple(tuple(map(_line, item)) for item in block.items))
        case _:
            return block


def _line(part: Inline) -> Inline:
    command = isinstance(part, Code) and part.text.partition(" ")[0] == "/incident"
    return Code(text=f"!{part.text[1:]}") if isinstance(part, Code) and command else part


def _mentions(document: Document) -> Iterable[PersonId]:
    for block in document.blocks:
        match block:
            case Paragraph():
                runs: tuple[tuple[Inline, ...], ...] = (block.parts,)
            case Bullets():
                runs = block.items
            case Fields():
                runs = tuple(row.value for row in block.items)
            case _:
                runs = ()
        yield from (part.person for run in runs for part in run if isinstance(part, Mention))


def _words(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _coded(block: Button | Footnote) -> str:
    """A line to type; a receipt, folded away."""
    label = _words(block.label)
    if isinstance(block, Footnote):
        return f"<details><summary>{label}</summary><code>{_words(block.code)}</code></details>"
    return f"<p>{label}{colon()} <code>{_words(block.command)}</code></p>"


def _banner(banner: Banner) -> str:
    colour = _COLOURS[banner.marking]
    label = f'<span data-mx-bg-color="#000000" data-mx-color="{colour}">{banner.marking}</span>'
    return f"<p>{f'<strong>{_EXERCISE}</strong><br>' if banner.exercise else ''}<strong>{label}</strong></p>"
