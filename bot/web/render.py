"""Document to HTML. Whatever people and alerts wrote is text between tags: it can be read and nothing else."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from markupsafe import Markup, escape

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
from playbooks.domain.tongue import colon, moment, tongue

_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN"})


@dataclass(frozen=True, slots=True)
class HtmlRenderer:
    """Renders for a page. `form` is the id of the form that sends a button's command; without one it is shown."""

    heading: int = 3
    """The level of a document's headings on its page."""
    form: str = ""

    def __call__(self, document: Document, /) -> Markup:
        """The whole document, block after block."""
        return Markup("\n").join(self._block(block) for block in document.blocks)

    def inline(self, parts: Iterable[Inline]) -> Markup:
        """A run of inline pieces, for a place that is a paragraph already."""
        return Markup().join(_part(part) for part in parts)

    def _block(self, block: Block) -> Markup:
        match block:
            case Heading():
                return Markup("<h{0}>{1}</h{0}>").format(self.heading, words(block.text))
            case Paragraph():
                return Markup('<p class="said">{}</p>').format(self.inline(block.parts))
            case Bullets():
                items = (Markup("<li>{}</li>").format(self.inline(item)) for item in block.items)
                return Markup("<ul>{}</ul>").format(Markup().join(items))
            case Fields():
                rows = (
                    Markup("<div><dt>{}</dt><dd>{}</dd></div>").format(
                        words(item.label), self.inline(item.value)
                    )
                    for item in block.items
                )
                return Markup('<dl class="fields">{}</dl>').format(Markup().join(rows))
            case Banner():
                return _banner(block)
            case Button() | Footnote():
                return self._at_hand(block)

    def _at_hand(self, button: Button | Footnote) -> Markup:
        if isinstance(button, Footnote):
            return Markup('<details class="footnote"><summary>{}</summary><code>{}</code></details>').format(
                words(button.label), button.code
            )
        if not self.form:
            return Markup('<p class="press">{}{} <code>{}</code></p>').format(
                button.label, colon(), button.command
            )
        return Markup('<button class="press" form="{}" name="press" value="{}">{}</button>').format(
            self.form, button.command, words(button.label)
        )


def words(text: str) -> Markup:
    """Anybody's words; those read the other way than the page may be are kept apart (HTML, section 4.5.24)."""
    if tongue().direction == "rtl" or any(
        unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in text
    ):
        return Markup('<bdi dir="auto">{}</bdi>').format(text)
    return escape(text)


def time_element(at: datetime, said: str) -> Markup:
    """A moment for machines, and as it is said to the reader."""
    return Markup('<time datetime="{}">{}</time>').format(f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}", said)


def _part(part: Inline) -> Markup:
    match part:
        case Text():
            return words(part.text)
        case Strong():
            return Markup("<strong>{}</strong>").format(words(part.text))
        case Code():
            return Markup("<code>{}</code>").format(words(part.text))
        case Link():
            return Markup('<a href="{}" rel="external noopener noreferrer">{}</a>').format(
                part.url, words(part.text)
            )
        case Mention():
            return Markup('<span class="mention">@{}</span>').format(part.person)
        case Time():
            return time_element(part.at, moment(part.at))


def _banner(banner: Banner) -> Markup:
    exercise = Markup("<strong>EXERCISE</strong> ") if banner.exercise else Markup()
    return Markup('<p class="tlp" data-tlp="{0}">{1}{0}</p>').format(banner.marking.value, exercise)
