"""Document to Slack's blocks. Words stand in `rich_text` elements, which Slack shows as they are and never parses."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, groupby
from typing import Any, Final

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
from playbooks.domain.pieces import pieces
from playbooks.domain.tongue import colon, moment

Json = dict[str, Any]

ACTION: Final = "command"
"""Begins the `action_id` of every button; its value is the command line."""

_LONGEST_HEADER: Final = 150
_LONGEST_LABEL: Final = 75
_LONGEST_VALUE: Final = 2000
_LONGEST_SUMMARY: Final = 3000
_LONGEST_ASIDE: Final = 1900
"""Slack's limits for a header, a button's text, a button's value, what it advises for `text`, and one for what is small
and grey, which has no other use: a receipt below an answer is for keeping, and not for reading at night."""
_MOST_BLOCKS: Final = 49
"""Of Slack's 50: one is for the groups that are mentioned."""
_LONGEST_MESSAGE: Final = 10_000
"""Characters of all blocks as JSON. Slack counts something between the words and this, up to about 13,000."""
_ESCAPED: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_EXERCISE: Final = "EXERCISE EXERCISE EXERCISE"


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """One message: `blocks` is what people see, `text` what notifications and screen readers say."""

    blocks: list[Json]
    text: str


@dataclass(frozen=True, slots=True)
class SlackRenderer:
    """Renders for one workspace; `account` knows people's user ids there."""

    account: Callable[[PersonId], str | None]

    def __call__(self, document: Document, /) -> SlackMessage:
        """The whole document; buttons that follow one another stand in one row."""
        blocks: list[Json] = []
        for pressed, run in groupby(document.blocks, key=_is_button):
            together = tuple(run)
            blocks.extend(self._row(together, len(blocks)) if pressed else self._blocks(together))
        return SlackMessage(blocks, plain(document).translate(_ESCAPED)[:_LONGEST_SUMMARY])

    def _blocks(self, blocks: Iterable[Block]) -> Iterator[Json]:
        return chain.from_iterable(map(self._block, blocks))

    def _block(self, block: Block) -> Iterator[Json]:
        match block:
            case Heading():
                yield _heading(block.text)
            case Paragraph():
                yield from _rich(_section(self._parts(block.parts)))
            case Bullets():
                items = [_section(self._parts(item)) for item in block.items]
                yield from _rich(
                    {"type": "rich_text_list", "style": "bullet", "elements": items} if items else None
                )
            case Fields():
                yield from _rich(*(self._field(item.label, item.value) for item in block.items))
            case Banner():
                said = f"{_EXERCISE}\n{block.marking}" if block.exercise else str(block.marking)
                yield from _rich(_section(_words(said, bold=True)))
            case Footnote(label=label, code=code) if len(label) + len(code) < _LONGEST_ASIDE:
                aside = {"type": "plain_text", "text": f"{label}{colon()} {code}", "emoji": False}
                yield {"type": "context", "elements": [aside]}
            case Button(label=label, command=said) | Footnote(label=label, code=said):
                yield from _rich(_section([*_words(f"{label}{colon()} "), *_words(said, code=True)]))

    def _field(self, label: str, value: Iterable[Inline]) -> Json | None:
        return _section([*_words(f"{label}{colon()} ", bold=True), *self._parts(value)])

    def _row(self, buttons: Iterable[Block], place: int) -> Iterator[Json]:
        shown = [b for b in buttons if isinstance(b, Button)]
        pressed = [b for b in shown if len(b.command) <= _LONGEST_VALUE]
        elements = [_button(button, f"{ACTION}:{place}:{number}") for number, button in enumerate(pressed)]
        yield from (
            {"type": "actions", "elements": elements[at : at + 25]} for at in range(0, len(elements), 25)
        )
        yield from self._blocks(button for button in shown if button not in pressed)

    def _parts(self, parts: Iterable[Inline]) -> list[Json]:
        return [element for part in parts for element in self._part(part)]

    def _part(self, part: Inline) -> list[Json]:
        match part:
            case Text():
                return _words(part.text)
            case Strong():
                return _words(part.text, bold=True)
            case Code():
                return _words(part.text, code=True)
            case Link():
                return [{"type": "link", "url": part.url, "text": part.text or part.url}]
            case Mention():
                account = self.account(part.person)
                return [{"type": "user", "user_id": account}] if account else _words(f"@{part.person}")
            case Time():
                return [_date(part)]


def split(render: SlackRenderer, document: Document) -> list[SlackMessage]:
    """The document as messages that Slack takes, mostly one."""
    return [render(piece) for piece in pieces(document, lambda piece: _fits(render(piece)))]


def calling(message: SlackMessage, groups: Iterable[str]) -> SlackMessage:
    """The same, with these user groups mentioned below: their members' telephones tell them."""
    named = [
        element
        for group in groups
        for element in ({"type": "usergroup", "usergroup_id": group}, *_words(" "))
    ]
    return replace(message, blocks=[*message.blocks, *_rich(_section(named[:-1]))])


def _fits(message: SlackMessage) -> bool:
    size = len(json.dumps(message.blocks, ensure_ascii=False))
    return len(message.blocks) <= _MOST_BLOCKS and size <= _LONGEST_MESSAGE


def _is_button(block: Block) -> bool:
    return isinstance(block, Button)


def _words(text: str, **style: bool) -> list[Json]:
    if not text:
        return []
    element: Json = {"type": "text", "text": text}
    return [element | {"style": style}] if style else [element]


def _section(elements: list[Json]) -> Json | None:
    return {"type": "rich_text_section", "elements": elements} if elements else None


def _rich(*elements: Json | None) -> Iterator[Json]:
    """Slack refuses an empty block: nothing to say is no block."""
    said = [element for element in elements if element]
    if said:
        yield {"type": "rich_text", "elements": said}


def _heading(text: str) -> Json:
    """A header where Slack takes these words as one, bold words elsewhere."""
    if 0 < len(text) <= _LONGEST_HEADER:
        return {"type": "header", "text": {"type": "plain_text", "text": text, "emoji": False}}
    return {"type": "rich_text", "elements": [_section(_words(text or " ", bold=True))]}


def _button(button: Button, action: str) -> Json:
    label = button.label or button.command
    label = label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
    text = {"type": "plain_text", "text": label, "emoji": False}
    return {"type": "button", "action_id": action, "text": text, "value": button.command}


def _date(time: Time) -> Json:
    """In the reader's own time zone; the fallback is for clients that know no dates."""
    return {
        "type": "date",
        "timestamp": int(time.at.timestamp()),
        "format": "{date_num} {time}",
        "fallback": moment(time.at),
    }
