"""A document for a terminal: colours where there are some, bare characters where not.

No text can act in the result: what could move the cursor, colour, retitle or answer back was made visible when the
document was made, and is once more here, so that the only escape sequences are this file's own.
"""

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
    plain,
)
from playbooks.domain.inert import harmless
from playbooks.domain.marking import Marking
from playbooks.domain.tongue import colon, moment

_RESET: Final = "\x1b[0m"
_BOLD: Final = "\x1b[1m"
_DIM: Final = "\x1b[2m"
_CYAN: Final = "\x1b[36m"
_MARKINGS: Final = {
    Marking.CLEAR: "\x1b[1;97;40m",
    Marking.GREEN: "\x1b[1;92;40m",
    Marking.AMBER: "\x1b[1;93;40m",
    Marking.AMBER_STRICT: "\x1b[1;93;40m",
    Marking.RED: "\x1b[1;91;40m",
}
"""TLP 2.0 wants its labels in their colours on black (section 2)."""

_EXERCISE: Final = " ".join(("EXERCISE",) * 3)


def render(document: Document, *, colours: bool) -> str:
    """The document as lines; `colours` False for pipes, files and NO_COLOR."""
    if not colours:
        return _inert(plain(document))
    return "\n".join(_block(block) for block in document.blocks)


def _inert(text: str) -> str:
    return harmless(text).expandtabs(4)


def _styled(style: str, text: str) -> str:
    return f"{style}{_inert(text)}{_RESET}"


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _styled(_BOLD, f"# {block.text}")
        case Paragraph():
            return f"  {_run(block.parts)}"
        case Bullets():
            return "\n".join(f"- {_run(item)}" for item in block.items)
        case Fields():
            width = max((len(item.label) for item in block.items), default=0)
            return "\n".join(
                f"  {_styled(_DIM, item.label.ljust(width))}  {_run(item.value)}" for item in block.items
            )
        case Banner():
            return _banner(block)
        case Button() | Footnote():
            return _at_hand(block)


def _at_hand(block: Button | Footnote) -> str:
    if isinstance(block, Footnote):
        return f"  {_styled(_DIM, f'{block.label}{colon()} {block.code}')}"
    return f"  {_styled(_BOLD, f'[{block.label}]')} {_styled(_CYAN, block.command)}"


def _banner(banner: Banner) -> str:
    marking = _styled(_MARKINGS[banner.marking], f" {banner.marking} ")
    return f"{_styled(_BOLD, _EXERCISE)}\n{marking}" if banner.exercise else marking


def _run(parts: tuple[Inline, ...]) -> str:
    """Further lines of anybody's words are indented: what begins at the left edge, Muster said."""
    return "".join(_part(part) for part in parts).replace("\n", "\n    ")


def _part(part: Inline) -> str:
    match part:
        case Text():
            return _inert(part.text)
        case Strong():
            return _styled(_BOLD, part.text)
        case Code():
            return _styled(_CYAN, part.text)
        case Link():
            return f"{_inert(part.text)} {_styled(_CYAN, part.url)}"
        case Mention():
            return _styled(_BOLD, f"@{part.person}")
        case Time():
            return moment(part.at)
