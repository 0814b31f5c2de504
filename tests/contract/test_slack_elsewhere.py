"""Slack's adapter against a Slack that others wrote, with the scopes of our manifest and no more."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AbstractAsyncContextManager
from importlib.resources import files
from pathlib import Path

import pytest
import pytest_asyncio
from ruamel.yaml import YAML

from integrations.slack.chat import SlackChat
from integrations.slack.client import slack_client
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Denied
from playbooks.domain.marking import Marking
from playbooks.ports.chat import OpenRoom, Post
from tests.contract.chat import DUTY_OFFICER, check_chat_port
from tests.contract.samples import UNHCR, some_id
from tests.slack_elsewhere import TOKEN, account_of, independent_slack

CONNECTION = Connection(
    id=connection_id(UNHCR, "slack"), organization=UNHCR, vendor=Vendor.SLACK, ceiling=Marking.AMBER_STRICT
)
OPEN = OpenRoom(effect_id=some_id("room.open", "1"), name="inc-2026-0042", topic="TLP:AMBER")
LONG = Document(blocks=tuple(paragraph(f"{number}. {'what was seen ' * 100}") for number in range(40)))


def scopes() -> set[str]:
    """What the manifest asks for."""
    manifest = files("integrations.slack").joinpath("manifest.yaml").read_text("utf-8")
    return {*YAML(typ="safe").load(manifest)["oauth_config"]["scopes"]["bot"]}


def serving(data: Path, having: Iterable[str]) -> AbstractAsyncContextManager[str]:
    """A workspace in which the app has these scopes."""
    return independent_slack(data, having, DUTY_OFFICER)


@pytest_asyncio.fixture
async def workspace(tmp_path: Path) -> AsyncIterator[str]:
    async with serving(tmp_path, scopes()) as api:
        yield api


async def chat(api: str) -> SlackChat:
    accounts = {DUTY_OFFICER: await account_of(api, DUTY_OFFICER)}
    client = slack_client(TOKEN, api)
    return SlackChat(CONNECTION, client, accounts.get, lambda key: f"https://muster.example.org/rooms/{key}")


async def test_it_keeps_to_the_chat_port(workspace: str) -> None:
    port = await chat(workspace)

    async def caught_up() -> None:
        await asyncio.sleep(0)

    await check_chat_port(port, Vendor.SLACK, caught_up)
    await port.furnishing.done()


async def test_a_room_is_private_says_what_opened_it_and_leads_to_its_incident(workspace: str) -> None:
    port = await chat(workspace)
    made = await port.open_room(OPEN)
    await port.furnishing.done()
    room = (await port.web.conversations_info(channel=made.ref))["channel"]
    assert (room["is_private"], room["purpose"]["value"]) == (True, OPEN.effect_id)
    assert room["topic"]["value"] == OPEN.topic
    [bookmark] = (await port.web.bookmarks_list(channel_id=made.ref))["bookmarks"]
    assert bookmark["link"] == f"https://muster.example.org/rooms/{OPEN.effect_id.split('/')[2]}"


async def test_a_long_message_is_posted_in_parts_and_found_by_its_effect(workspace: str) -> None:
    port = await chat(workspace)
    room = (await port.open_room(OPEN)).ref
    request = Post(effect_id=some_id("message.post", "1"), room=room, document=LONG)
    posted = await port.post(request)
    assert await port.find_message(request) == posted
    told = (await port.web.conversations_history(channel=room, limit=100))["messages"]
    assert len([each for each in told if each.get("metadata")]) > 1
    await port.furnishing.done()


@pytest.mark.parametrize("lacking", ["groups:write", "chat:write", "groups:history"])
async def test_a_scope_that_the_app_was_not_given_is_said_to_be_lacking(tmp_path: Path, lacking: str) -> None:
    async with serving(tmp_path, scopes() - {lacking}) as api:
        port = await chat(api)
        with pytest.raises(Denied, match="missing_scope"):
            await _told(port)
        await port.furnishing.done()


async def _told(port: SlackChat) -> None:
    room = (await port.open_room(OPEN)).ref
    request = Post(effect_id=some_id("message.post", "1"), room=room, document=LONG)
    await port.post(request)
    await port.find_message(request)
