"""A command without words: one calm message that says what goes on, what waits, what to do first, and where help is."""

import pytest

from bot.commands.help import by_name
from bot.commands.registry import COMMANDS
from integrations.slack.render import SlackRenderer, split
from playbooks.domain.document import Button, Document, plain
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.texts import load_texts
from tests.circle import KEY, Conversation

MOST = 1500
"""Characters that somebody reads at night without scrolling."""


@pytest.fixture
async def talk() -> Conversation:
    """Five incidents of UNHCR; WFP is invited to the first alone."""
    conversation = Conversation()
    for number in range(5):
        line = f"declare Ransomware {number} severity=high class=malicious-code"
        await conversation.desk.say(line, conversation.speaker("unhcr-ciso"))
    await conversation.desk.say("invite WFP", conversation.speaker("unhcr-ciso", KEY))
    return conversation


async def begun(talk: Conversation, who: str, key: IncidentKey | None = None) -> Document:
    return await talk.desk.say("/incident", talk.speaker(who, key))


def commands(document: Document) -> list[str]:
    return [block.command for block in document.blocks if isinstance(block, Button)]


async def test_outside_a_room_it_names_a_few_incidents_and_counts_the_others(talk: Conversation) -> None:
    said = await begun(talk, "unhcr-ciso")
    assert plain(said).count("INC-2026-") == 3
    assert "2 more are open" in plain(said)
    assert commands(said)[0] == "/incident declare"


async def test_in_a_room_it_is_about_the_rooms_incident_alone(talk: Conversation) -> None:
    said = await begun(talk, "unhcr-ciso", KEY)
    assert KEY in plain(said)
    assert "INC-2026-0002" not in plain(said)
    assert f"/incident {KEY} update" in commands(said)


async def test_it_names_no_incident_that_one_may_not_know_of(talk: Conversation) -> None:
    said = plain(await begun(talk, "wfp-duty", IncidentKey("INC-2026-0002")))
    assert KEY in said
    assert "INC-2026-0002" not in said
    assert "1 thing waits for you" in plain(await begun(talk, "wfp-ciso"))


async def test_every_button_is_a_command(talk: Conversation) -> None:
    known = {command.spelled for command in COMMANDS}
    for key in (None, KEY):
        said = await begun(talk, "unhcr-ciso", key)
        given = {line.removeprefix("/incident ").removeprefix(f"{KEY} ") for line in commands(said)}
        assert given
        assert given <= known


async def test_it_is_short(talk: Conversation) -> None:
    for key in (None, KEY):
        assert len(plain(await begun(talk, "unhcr-ciso", key))) < MOST


async def test_where_nothing_can_be_read_it_says_so(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_args: object, **_named: object) -> None:
        raise Unavailable("The record cannot be reached.")

    monkeypatch.setattr(talk.circle, "incidents", away)
    assert "cannot be reached" in plain(await begun(talk, "unhcr-ciso"))


def test_all_commands_by_name_are_one_message_in_slack() -> None:
    said = by_name(load_texts(), COMMANDS)
    assert len(split(SlackRenderer(lambda _person: None), said)) == 1
    named = {word.strip(",") for line in plain(said).splitlines() for word in line.split()}
    assert all(named.issuperset(command.words) for command in COMMANDS)
