from datetime import UTC, datetime, timedelta, timezone

import pytest
from pydantic import ValidationError

from playbooks.domain.document import (
    Banner,
    Button,
    Code,
    Document,
    Heading,
    Link,
    Mention,
    Strong,
    Time,
    bullets,
    fields,
    paragraph,
    plain,
)
from playbooks.domain.ids import PersonId
from playbooks.domain.inert import harmless, one_line
from playbooks.domain.marking import Marking

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
EVERYTHING = Document(
    blocks=(
        Banner(marking=Marking.AMBER, exercise=True),
        Heading(text="File server encrypted"),
        paragraph(
            "Seen by ",
            Mention(person=PersonId("unhcr-ciso")),
            " at ",
            Time(at=NOON),
        ),
        bullets(
            Strong(text="isolate"),
            Code(text="rm -rf /"),
            Link(text="record", url="https://muster.example.org/i"),
        ),
        fields(Severity="high"),
        Button(label="Take it", command="/task accept UNHCR-1"),
    )
)


def test_plain_text_reads_as_a_message() -> None:
    assert plain(EVERYTHING) == (
        "EXERCISE EXERCISE EXERCISE\nTLP:AMBER\n\n"
        "# File server encrypted\n\n"
        "  Seen by @unhcr-ciso at 2026-11-22 12:00 UTC\n\n"
        "- isolate\n- rm -rf /\n- record <https://muster.example.org/i>\n\n"
        "  Severity: high\n\n"
        "[Take it] /task accept UNHCR-1"
    )


def test_a_document_survives_its_journey_as_json() -> None:
    assert Document.model_validate_json(EVERYTHING.model_dump_json()) == EVERYTHING


def test_a_title_is_the_heading_or_the_first_words_and_never_the_marking() -> None:
    assert EVERYTHING.title == "File server encrypted"
    banner = Banner(marking=Marking.RED)
    assert Document(blocks=(banner, paragraph("one\ntwo"))).title == "one"
    assert Document(blocks=(banner,)).title == ""


def test_a_time_is_shown_in_utc() -> None:
    at = datetime(2026, 11, 22, 14, tzinfo=timezone(timedelta(hours=2)))
    assert plain(Document(blocks=(paragraph(Time(at=at)),))) == "  2026-11-22 12:00 UTC"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://person:secret@example.org/",
        "https:///nowhere",
        "/relative",
        "https://example.org/a b",
        "https://example.org/>|x",
        "https://example.org/\u202egnp",
        "https://[::1",
    ],
)
def test_a_link_that_does_more_than_locate_is_refused(url: str) -> None:
    with pytest.raises(ValidationError):
        Link(text="here", url=url)


@pytest.mark.parametrize("line", ["incident close", "/a\n/b", "/a\x1b[2J", "", "/a "])
def test_a_button_gives_one_command_and_nothing_else(line: str) -> None:
    with pytest.raises(ValidationError):
        Button(label="press", command=line)


@pytest.mark.parametrize(
    ("text", "inert"),
    [
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("\x1b[31mred\x00\x7f", "␛[31mred␀␡"),
        ("\x9b31m", "\ufffd31m"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\ud800", "\ufffd"),
        ("tab\tstays", "tab\tstays"),
        ("👩🏽‍🚒 عطل é \u200f", "👩🏽‍🚒 عطل é \u200f"),
        ("unhcr-\u200bciso \ufeffTLP:\u2060CLEAR", "unhcr-ciso TLP:CLEAR"),
        ("\U000e0041\U000e0042hidden \ufff9a\ufffbb", "hidden ab"),
        ("p\u200das\u200c\u200dsword\u200c", "password"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\U0001f469\u200d\U0001f692", "\U0001f469\u200d\U0001f692"),
        ("\u200f\u05d0\u200e", "\u200f\u05d0\u200e"),
    ],
)
def test_text_is_made_inert_and_no_more(text: str, inert: str) -> None:
    assert harmless(text) == inert
    assert harmless(inert) == inert


def test_a_line_is_one_line() -> None:
    assert one_line(" one \n\n two\tthree ") == "one two three"
