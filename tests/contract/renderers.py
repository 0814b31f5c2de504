"""What every renderer keeps to: no text can act, none is lost, and it never raises.

A renderer's suite says what can act in its vendor's form: `active` lists it (mentions, links, formatting, lines that
pass for structure), and `shown` gives the characters that a person reads.
"""

from collections.abc import Callable, Hashable, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
    Labelled,
    Link,
    Mention,
    Paragraph,
    Renderer,
    Strong,
    Text,
    Time,
)
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking

Form = TypeVar("Form")

HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<@U012AB3CD>",
    "<#C012AB3CD>",
    "<!subteam^S012>",
    "<https://example.org|the record>",
    "https://example.org/sign-in?token=1",
    "*bold* _slanted_ ~struck~ `code` ```block```",
    "**bold** __bold__ ~~struck~~ ||spoiler||",
    "@room @channel @everyone @here",
    "[the record](https://example.org)",
    "![picture](https://example.org/a.png)",
    "[~accountid:5b10a2844c20165700ede21g]",
    "{color:red}red{color} h1. heading !a.png! {noformat} |cell|",
    "# heading\n- item\n> quote\n1. first\n---\n```",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "&lt;b&gt; &#60; &amp;",
    "\x1b[2J\x1b]8;;https://example.org\x07here\x1b]8;;\x07",
    "\x00\x07\x08\x7f\x9b31m",
    "TLP:CLEAR\nTLP:CLEAR",
    "one\r\nBcc: everybody@example.org\r\n\r\ntwo",
    "one\u2028two\u2029three\u0085four",
    "\u202egnp.exe\u202c \u2066isolated\u2069",
    "\ud800 lone",
    "/incident close",
    "{0} {name} %s ${x} {{7*7}}",
    "عطل في الخادم السيرفر",
    "सर्वर बंद है 服务器已加密 сервер зашифрован",
    "👩🏽‍🚒 é é",
    "",
    " ",
    "    indented by four",
    "\n\n\n",
)

texts = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=40),
    st.lists(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=10)), max_size=4).map("".join),
)
_WHEN = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _inline(text: str) -> tuple[Inline, ...]:
    return (
        Text(text=text),
        Strong(text=text),
        Code(text=text),
        Link(text=text, url="https://muster.example.org/incidents/INC-2026-0042"),
        Mention(person=PersonId("unhcr-ciso")),
        Time(at=_WHEN),
        Text(text=text),
    )


def everywhere(text: str) -> Document:
    """A document with the same text in every place where text may stand."""
    blocks: tuple[Block, ...] = (
        Banner(marking=Marking.AMBER, exercise=True),
        Heading(text=text),
        Paragraph(parts=_inline(text)),
        Bullets(items=(_inline(text), _inline(text))),
        Fields(
            items=(Labelled(label=text, value=_inline(text)), Labelled(label="State", value=_inline(text)))
        ),
        Button(label=text, command="/incident show INC-2026-0042"),
        Footnote(label=text, code=text),
    )
    return Document(blocks=blocks)


def check_renderer(
    render: Renderer[Form],
    *,
    active: Callable[[Form], Sequence[Hashable]],
    shown: Callable[[Form], str],
    examples: int = 300,
) -> None:
    """Raise AssertionError for the smallest text found that acts, is lost, or breaks `render`."""

    @settings(max_examples=examples, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(texts)
    def no_text_acts_and_none_is_lost(text: str) -> None:
        rendered = render(everywhere(text))
        assert list(active(rendered)) == list(active(render(everywhere("word")))), "text acted"
        assert render(everywhere(text)) == rendered, "the same document renders the same"
        said = shown(rendered)
        for word in _words(text):
            assert said.count(word) >= _PLACES, f"{word!r} was lost somewhere"

    no_text_acts_and_none_is_lost()
    _an_empty_document_renders(render)


_PLACES = 2


def _words(text: str) -> list[str]:
    """The runs of letters and digits in a text: they must reach the reader whatever surrounds them."""
    return "".join(character if character.isalnum() else " " for character in text).split()


def _an_empty_document_renders(render: Renderer[Form]) -> None:
    render(Document(blocks=()))
    render(Document(blocks=(Paragraph(parts=()), Bullets(items=()), Fields(items=()))))
