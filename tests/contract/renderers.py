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
    "<!subteam^S0123ABCD|@on-call> <!everyone> <!date^1392734382^{date}^https://example.org|soon>",
    "<mailto:duty@example.org|write> <slack://channel?team=T1&id=C1> <javascript:alert(1)|run>",
    "https://matrix.to/#/@duty:example.org https://matrix.to/#/!room:example.org @duty:example.org #all:example.org",
    '<a href="https://matrix.to/#/@duty:example.org">duty</a> <mx-reply><blockquote>no</blockquote></mx-reply>',
    '<font color="red">red</font> <span data-mx-spoiler>no</span> <svg onload=alert(1)> <!-- <b> -->',
    "</code></p><h1>TLP:CLEAR</h1><p>",
    "javascript:alert(1) data:text/html,<b>no</b> vbscript:no",
    "[record]: https://example.org 'x'\n<https://example.org>\n===\n| a | b |\n|---|---|",
    "{panel}no{panel} [~unhcr-ciso] [record|https://example.org] ||head|| {code:java}x{code} bq. no",
    "\x1b]0;no\x07 \x1bP1$r\x1b\\\\ \x1b[5n \x9d0;no\x9c \x08\x08\x08 100%\rdone",
    "unhcr-\u200bciso \ufeffTLP:\u2060CLEAR p\u200dassword \u00adsoft \u180evowel \u206a",
    "\U000e0001\U000e0069\U000e0067\U000e006e\U000e006f\U000e0072\U000e0065 tagged \ufff9a\ufffab\ufffb",
    "\u200f\u05d9\u05de\u05d9\u05df\u200e left \u061c\u0639\u0631\u0628\u064a \u202dno\u202c \u2067no\u2069",
    "Z\u0351\u036e\u0300\u0301\u0302\u0303 o\u034e\u034e a\u20dd",
    "\uff0fincident close \uff20room \ufe6bchannel @\u200broom <\u200b!channel>",
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

UNSEEN = (
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\u206a", "\ufff9"),
    *("\u202e", "\u2066", "\U000e0041", "\U000e007f"),
)
"""Beside letters of ASCII nobody sees these."""

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

    @settings(
        max_examples=examples // 6, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.lists(st.sampled_from(("a", " ", "@", "<", "\n", *UNSEEN)), max_size=8).map("".join))
    def what_nobody_sees_is_not_there(text: str) -> None:
        bare = "".join(character for character in text if character not in UNSEEN)
        assert render(everywhere(text)) == render(everywhere(bare)), "two texts that look alike differ"

    no_text_acts_and_none_is_lost()
    what_nobody_sees_is_not_there()
    _an_empty_document_renders(render)


_PLACES = 2


def _words(text: str) -> list[str]:
    """The runs of letters and digits in a text: they must reach the reader whatever surrounds them."""
    return "".join(character if character.isalnum() else " " for character in text).split()


def _an_empty_document_renders(render: Renderer[Form]) -> None:
    render(Document(blocks=()))
    render(Document(blocks=(Paragraph(parts=()), Bullets(items=()), Fields(items=()))))
