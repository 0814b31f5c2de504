"""A Slack of our own with the app in it, and what Slack sends."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.commands.desk import Desk
from bot.community import RecordedCommunity
from bot.identities import account_of
from bot.rooms import RoomIncidents
from bot.slack.app import slack_app
from bot.slack.front import SlackFront
from integrations.slack.client import slack_client
from integrations.slack.members import SlackMembers
from integrations.slack.render import SlackRenderer, split
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode, PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Person
from playbooks.ports.operator import Concern
from playbooks.texts import load_texts
from tests.circle import KEY, NOON, Circle, directory
from tests.contract.fakes.slack import TOKEN, FakeSlack

CONNECTION = Connection(
    id=ConnectionId("unhcr/slack"),
    organization=OrganizationCode("UNHCR"),
    vendor=Vendor.SLACK,
    ceiling=Marking.AMBER_STRICT,
)
ACCOUNTS = {
    PersonId("unhcr-ciso"): "U0CISO",
    PersonId("unhcr-duty"): "U0DUTY",
    PersonId("wfp-ciso"): "U0WFP",
}


def named(person: Person) -> Person:
    """With an account in Slack, for those who have one."""
    account = ACCOUNTS.get(person.id)
    return person.model_copy(update={"identities": {"slack": account}}) if account else person


PEOPLE = directory().model_copy(update={"people": tuple(map(named, directory().people))})
SECRET = "what Slack signs with"
ORIGIN = "https://muster.example.org"
WITHIN = 30


async def opened_by(room: str) -> EffectId | None:
    return EffectId(f"unhcr/slack/{KEY}/room.open/1") if room == "C0ROOM" else None


class Hostile:
    """The workspace was declared compromised."""

    async def distrusted(self) -> frozenset[ConnectionId]:
        return frozenset({CONNECTION.id})


class Told:
    """The operator, who keeps what he is told."""

    def __init__(self) -> None:
        self.concerns: list[Concern] = []

    async def tell(self, concern: Concern) -> None:
        self.concerns.append(concern)


def front(circle: Circle, operator: Told | None = None, members: SlackMembers | None = None) -> SlackFront:
    render = SlackRenderer(account_of(PEOPLE, CONNECTION))
    return SlackFront(
        connection=CONNECTION,
        desk=Desk(circle, circle, PEOPLE, load_texts()),
        directory=PEOPLE,
        texts=load_texts(),
        rooms=RoomIncidents(CONNECTION, opened_by),
        render=lambda document: split(render, document),
        now=lambda: NOON,
        views=circle,
        operator=operator or Told(),
        members=members or SlackMembers(CONNECTION, slack_client(TOKEN, "http://127.0.0.1:9/")),
        communities=RecordedCommunity(PEOPLE),
        origin=ORIGIN,
    )


def app(slack: FakeSlack, circle: Circle) -> AsyncApp:
    return slack_app(front(circle), slack_client(TOKEN, slack.api))


def typed(slack: FakeSlack, text: str, **changed: str) -> dict[str, Any]:
    """A slash command as Slack sends it (its published sample, with values)."""
    return {
        "token": "gone out of use",
        "api_app_id": "A0MUSTER",
        "team_id": "T0CIRCLE",
        "team_domain": "circle",
        "channel_id": "C0ROOM",
        "channel_name": "privategroup",
        "user_id": "U0CISO",
        "user_name": "ciso",
        "command": "/incident",
        "text": text,
        "response_url": f"{slack.url}response/1",
        "trigger_id": "111.222.aaa",
        **changed,
    }


def pressed(slack: FakeSlack, command: str) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "team": {"id": "T0CIRCLE", "domain": "circle"},
        "user": {"id": "U0CISO", "username": "ciso", "team_id": "T0CIRCLE"},
        "api_app_id": "A0MUSTER",
        "container": {"type": "message", "message_ts": "1.2", "channel_id": "C0ROOM"},
        "trigger_id": "111.222.bbb",
        "channel": {"id": "C0ROOM", "name": "privategroup"},
        "response_url": f"{slack.url}response/2",
        "actions": [
            {
                "type": "button",
                "block_id": "x",
                "action_id": "command:3:0",
                "value": command,
                "action_ts": "1.3",
            }
        ],
    }


async def sent(app: AsyncApp, body: dict[str, Any]) -> BoltResponse:
    return await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))


async def answers(slack: FakeSlack, count: int = 1) -> str:
    async with asyncio.timeout(WITHIN):
        while len(slack.answers) < count:
            await asyncio.sleep(0.01)
    return json.dumps(slack.answers[-1], ensure_ascii=False)


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not so():
            await asyncio.sleep(0.01)
