"""What people's clients differ in, and what is understood of it all the same."""

from typing import Any

import pytest
from nio import Event, RoomMessageEmote, RoomMessageMedia, RoomMessageText

from integrations.matrix.lines import changed, file_of, words
from integrations.matrix.render import Json

DUTY = "@duty:wfp.example"


def event(content: dict[str, Any]) -> Any:
    said = {"event_id": "$1", "sender": DUTY, "origin_server_ts": 1, "type": "m.room.message"}
    return Event.parse_event({**said, "content": {"msgtype": "m.text", **content}})


def said(body: str, formatted: str = "", msgtype: str = "m.text", relation: Json | None = None) -> str:
    html = {"format": "org.matrix.custom.html", "formatted_body": formatted} if formatted else {}
    message = event({"msgtype": msgtype, "body": body, **html})
    assert isinstance(message, RoomMessageText | RoomMessageEmote)
    return words(message, relation or {})


REPLY = {"m.in_reply_to": {"event_id": "$0"}}


@pytest.mark.parametrize(
    ("body", "formatted", "meant"),
    [
        (
            "!incident role scribe Duty",
            f'!incident role scribe <a href="https://matrix.to/#/{DUTY}">Duty</a>',
            DUTY,
        ),
        ("!incident role scribe Duty", '<a href="https://matrix.to/#/%40duty%3Awfp.example">Duty</a>', DUTY),
        (
            "!incident role scribe Duty",
            '<a href="https://matrix.to/#/@duty:wfp.example?via=x">Duty</a>',
            DUTY,
        ),
        ("!incident role scribe Duty", '<a href="matrix:u/duty:wfp.example">Duty</a>', DUTY),
        ("!incident role scribe Duty", '<a href="https://matrix.to/#/!room:wfp.example">Duty</a>', "Duty"),
        ("!incident role scribe Duty", '<a href="https://evil.example/#/@x:y">Duty</a>', "Duty"),
        ("!incident role scribe Duty", f'<a href="https://matrix.to/#/{DUTY}">Nobody there</a>', "Duty"),
        ("!incident role scribe Duty", '<a href="https://matrix.to/#/', "Duty"),
    ],
)
def test_a_mention_names_the_account_and_not_what_the_account_calls_itself(
    body: str, formatted: str, meant: str
) -> None:
    assert said(body, formatted) == f"!incident role scribe {meant}"


def test_a_display_name_that_reads_like_a_command_gives_none() -> None:
    name = "!incident close"
    assert (
        said(f"{name} is late", f'<a href="https://matrix.to/#/{DUTY}">{name}</a> is late')
        == f"{DUTY} is late"
    )


def test_of_two_of_one_name_each_is_who_was_meant() -> None:
    formatted = "".join(f'<a href="https://matrix.to/#/@{who}:wfp.example">Ana</a> ' for who in ("a", "b"))
    assert said("Ana Ana", formatted) == "@a:wfp.example @b:wfp.example"


@pytest.mark.parametrize(
    "body", ["!incident status", f"> <{DUTY}> Is it over?\n> Or not?\n\n!incident status"]
)
def test_a_reply_is_what_was_said_and_not_what_it_is_about(body: str) -> None:
    quoted = f'<mx-reply><a href="https://matrix.to/#/{DUTY}">!incident</a></mx-reply>!incident status'
    assert said(body, quoted, relation=REPLY) == "!incident status"


def test_what_somebody_does_is_told_and_never_a_command() -> None:
    assert said("!incident close It is over", msgtype="m.emote") == "* !incident close It is over"


@pytest.mark.parametrize(
    ("content", "caption", "file"),
    [
        ({"body": "log.txt"}, "", "log.txt"),
        ({"body": "log.txt", "filename": "log.txt"}, "", "log.txt"),
        ({"body": "From the mail server.", "filename": "log.txt"}, "From the mail server.", "log.txt"),
        (
            {"body": "Voice message", "msgtype": "m.audio", "org.matrix.msc3245.voice": {}},
            "",
            "Voice message",
        ),
        ({"body": "log.txt", "filename": 7}, "", "log.txt"),
    ],
)
def test_what_is_said_with_a_file_is_told_beside_it(content: dict[str, Any], caption: str, file: str) -> None:
    message = event({"msgtype": "m.file", "url": "mxc://a/b", **content})
    assert isinstance(message, RoomMessageMedia)
    said_with, there = file_of(message.source["content"])
    assert (said_with, there.told()) == (caption, file)


def test_an_edit_names_accounts_and_keeps_its_star_as_the_line_did() -> None:
    link = f'<a href="https://matrix.to/#/{DUTY}">The Director</a>'
    new = {"msgtype": "m.emote", "body": "asks The Director", "formatted_body": f"asks {link}"}
    assert changed(new) == f"* asks {DUTY}"
    assert not changed({"body": None})
