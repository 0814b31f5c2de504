"""Slack's renderer passes the suite of renderers; in Slack, what acts is an element of its own kind, or markup."""

from collections.abc import Hashable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.slack.render import SlackMessage, SlackRenderer, split
from playbooks.domain.document import (
    Banner,
    Button,
    Document,
    Footnote,
    Heading,
    Mention,
    Paragraph,
    Time,
    paragraph,
)
from playbooks.domain.ids import PersonId
from playbooks.domain.marking import Marking
from tests.contract.fakes.slack_blocks import faults
from tests.contract.renderers import HOSTILE, check_renderer, everywhere

CISO = PersonId("unhcr-ciso")
render = SlackRenderer({CISO: "U0CISO"}.get)


def _elements(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _elements(child)
    elif isinstance(node, list):
        for child in node:
            yield from _elements(child)


def _acts(message: SlackMessage) -> list[Hashable]:
    """Elements that do something, words that Slack would parse, and what in `text` would be a mention or a link."""
    found: list[Hashable] = []
    for element in _elements(message.blocks):
        kind = element.get("type")
        if kind in {"user", "usergroup", "broadcast", "channel", "emoji", "mrkdwn", "markdown"}:
            found.append((kind, element.get("user_id")))
        if kind in {"link", "button"}:
            found.append((kind, element.get("url"), element.get("value"), element.get("action_id")))
        if kind == "plain_text" and element["emoji"]:
            found.append((kind, element["text"]))
    return found + ["markup"] * (message.text.count("<") + message.text.count(">"))


def _shown(message: SlackMessage) -> str:
    texts = (element.get("text") for element in _elements(message.blocks))
    return "\n".join(text for text in texts if isinstance(text, str))


def test_slack_shows_every_word_and_lets_none_act() -> None:
    check_renderer(render, active=_acts, shown=_shown, examples=150)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_block_is_one_that_slack_takes(text: str) -> None:
    assert not faults(render(everywhere(text)).blocks)


def test_a_person_with_an_account_is_mentioned_and_another_is_named() -> None:
    said = render(
        Document(blocks=(Paragraph(parts=(Mention(person=CISO), Mention(person=PersonId("wfp-ciso")))),))
    )
    assert said.blocks[0]["elements"][0]["elements"] == [
        {"type": "user", "user_id": "U0CISO"},
        {"type": "text", "text": "@wfp-ciso"},
    ]


def test_a_time_is_shown_in_the_readers_own_zone() -> None:
    said = render(Document(blocks=(Paragraph(parts=(Time(at=datetime(2026, 11, 22, 12, tzinfo=UTC)),)),)))
    date = said.blocks[0]["elements"][0]["elements"][0]
    assert (date["type"], date["timestamp"]) == ("date", 1_795_348_800)
    assert date["fallback"] == "2026-11-22 12:00 UTC"


def test_buttons_in_a_row_carry_their_command_lines_under_ids_of_their_own() -> None:
    row = render(
        Document(
            blocks=(Button(label="Yes", command="/incident answer C-1 yes"), Button(label="No", command="/x"))
        )
    ).blocks
    assert [block["type"] for block in row] == ["actions"]
    pressed = [(button["text"]["text"], button["value"]) for button in row[0]["elements"]]
    assert pressed == [("Yes", "/incident answer C-1 yes"), ("No", "/x")]
    assert len({button["action_id"] for button in row[0]["elements"]}) == 2


def test_a_button_with_too_long_a_command_is_a_line_to_type() -> None:
    long = f"/incident task add {'x' * 2000}"
    blocks = render(Document(blocks=(Button(label="Add", command=long),))).blocks
    assert [block["type"] for block in blocks] == ["rich_text"]
    assert long in str(blocks)


def test_a_receipt_is_small_and_grey_below_the_answer_and_whole_where_it_is_long() -> None:
    small, long = (
        render(Document(blocks=(Footnote(label="Receipt", code=code),))) for code in ("r.1", "r" * 2500)
    )
    assert small.blocks == [
        {"type": "context", "elements": [{"type": "plain_text", "text": "Receipt: r.1", "emoji": False}]}
    ]
    assert "r" * 2500 in _shown(long)


def test_every_piece_of_a_long_document_fits_and_is_marked() -> None:
    words = "The share is encrypted. " * 2000
    banner = Banner(marking=Marking.RED, exercise=True)
    messages = split(
        render, Document(blocks=(banner, Heading(text="Ransomware"), paragraph(words), paragraph(words)))
    )
    assert all(len(str(message.blocks)) < 13_000 for message in messages)
    assert all("TLP:RED" in str(message.blocks[0]) for message in messages)
    assert "".join(_shown(message) for message in messages).count("encrypted") == 4000
