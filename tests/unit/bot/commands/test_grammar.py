"""A line taken apart: prefix, key, words, quotes, options, text."""

# ruff: noqa: RUF001  the quotes of many keyboards are what is tested

from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.clock import read_moment, read_span
from bot.commands.grammar import LONGEST, read_line, tokens, unquoted
from bot.commands.misread import Misread

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("prefix", ["/incident ", "!incident ", "", "/", "  /INCIDENT  ", "!Incident "])
def test_every_front_end_may_pass_on_what_it_was_given(prefix: str) -> None:
    line = read_line(f"{prefix}severity high")
    assert [token.value for token in line.tokens] == ["severity", "high"]


@pytest.mark.parametrize(
    "typed", ["/incident INC-2026-0007 note x", "inc-2026-0007: note x", "INC-2026-0007\nnote x"]
)
def test_the_key_of_another_incident_stands_first(typed: str) -> None:
    line = read_line(typed)
    assert line.key == "INC-2026-0007"
    assert line.head == "note x"


def test_a_key_that_is_mentioned_within_a_text_is_text() -> None:
    assert read_line("note INC-2026-0003 seems linked").key is None


def test_the_further_lines_are_text_and_stay_as_they_are() -> None:
    line = read_line("/incident note first\r\n  indented  = kept\r\n\r\n- last=2h\n")
    assert line.head == "note first"
    assert line.body == "  indented  = kept\n\n- last=2h"


@pytest.mark.parametrize(
    "quoted",
    [
        '"UN Women"',
        "“UN Women”",
        "„UN Women“",
        "«UN Women»",
        "'UN Women'",
        "‘UN Women’",
        '“UN Women"',
        "「UN Women」",
    ],
)
def test_quotes_of_any_keyboard_keep_words_together(quoted: str) -> None:
    assert [(t.value, t.quoted) for t in tokens(f"invite {quoted}")] == [
        ("invite", False),
        ("UN Women", True),
    ]
    [_, option] = tokens(f"task for={quoted}")
    assert (option.name, option.value) == ("for", "UN Women")


@pytest.mark.parametrize(
    "text", ["it's not the vendor's", "l’hôte d’un autre", 'a 24" screen', "“never closed", '"']
)
def test_an_apostrophe_and_an_unclosed_quote_are_characters(text: str) -> None:
    assert [token.value for token in tokens(text)] == text.split()


def test_quotes_around_all_of_a_text_are_taken_off_and_others_stay() -> None:
    assert unquoted("“All is calm”") == "All is calm"
    assert unquoted('"a" and "b"') == '"a" and "b"'
    assert unquoted('"') == '"'


def test_control_and_reordering_characters_are_dropped_and_scripts_stay() -> None:
    line = read_line("note \x1b[31mred\x07\u202e \u200fעברית العربية 中文 नमस्ते 👩‍💻\x00")
    assert line.head == "note [31mred \u200fעברית العربية 中文 नमस्ते 👩‍💻"


def test_a_line_longer_than_any_chat_takes_is_refused() -> None:
    with pytest.raises(Misread, match="longer than"):
        read_line("note " + "x" * LONGEST)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("2h", 120),
        ("90min", 90),
        ("1h30m", 90),
        ("1d 12h", 2160),
        ("2 hours", 120),
        ("1w", 10080),
        ("٣h", 180),
    ],
)
def test_spans_read_as_people_write_them(text: str, minutes: int) -> None:
    assert read_span(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["", "0h", "h", "2", "-2h", "9999d", "999999min x", "2h ago", "1m1h"])
def test_what_is_no_span_is_none(text: str) -> None:
    assert read_span(text) is None


def test_a_clock_time_is_the_next_one_and_of_the_past_the_last() -> None:
    assert read_moment("18:00", NOON) == NOON.replace(hour=18)
    assert read_moment("06:00", NOON) == NOON.replace(day=23, hour=6)
    assert read_moment("18:00", NOON, past=True) == NOON.replace(day=21, hour=18)
    assert read_moment("25:00", NOON) is None


def test_a_date_with_an_offset_becomes_utc_and_one_without_is_utc() -> None:
    assert read_moment("2026-11-22T18:00+01:00", NOON) == NOON.replace(hour=17)
    assert read_moment("2026-11-22 18:00", NOON) == NOON.replace(hour=18)
    assert read_moment("2026-11-22", NOON) is None
    assert read_moment("0001-01-01T00:00+23:59", NOON) is None
