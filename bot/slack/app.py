"""Slack's half of a conversation: `/incident ...` and buttons in, the desk's answer out, to the person alone.

Slack waits three seconds; it is told at once that the command came in, and the answer follows to the response URL.

The id of a command from Slack is `slack:<team>:<trigger id>`. A slash command and a press of a button have no event id,
but each carries a trigger id that Slack makes for this one act; a repeated delivery carries the same one, so the ledger
takes it once.
"""

import logging
import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final, Protocol

from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltContext, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.commands.desk import Desk, Speaker
from bot.identities import person_of
from bot.rooms import RoomIncidents
from bot.slack.spoken import spoken
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document, paragraph
from playbooks.domain.ids import CommandId
from playbooks.domain.organization import Directory
from playbooks.texts import Texts

COMMAND: Final = "/incident"
PRESSED: Final = re.compile("^command:")
"""The `action_id` of the buttons that `integrations/slack/render.py` makes; their value is a command line."""
_MOST_ANSWERS: Final = 5
"""Messages that Slack takes at one response URL."""
_NO_SECRET: Final = secrets.token_hex(32)
"""Known to nobody, so no request over HTTP can be signed with it."""
_log = logging.getLogger(__name__)


class Words(Protocol):
    """One Slack message."""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """What people see."""

    @property
    def text(self) -> str:
        """What notifications say."""


@dataclass(frozen=True)
class Act:
    """Somebody gave a command, typed or pressed."""

    account: str
    team: str
    """The workspace that the person is of; a guest's is another than the room's."""
    room: str
    trigger: str
    line: str


@dataclass(frozen=True)
class SlackFront:
    """What the app of one workspace stands on."""

    connection: Connection
    desk: Desk
    directory: Directory
    texts: Texts
    rooms: RoomIncidents
    render: Callable[[Document], Sequence[Words]]
    now: Callable[[], datetime]

    async def answer(self, act: Act, workspace: str | None) -> Sequence[Words]:
        """The desk's answer, for people of the directory who act in the workspace that is connected."""
        person = person_of(self.directory, self.connection, act.account)
        if person is None or act.team != workspace:
            stranger = self.texts.parts("chat.stranger", account=act.account)
            return self.render(Document(blocks=(paragraph(*stranger),)))
        speaker = Speaker(
            person=person,
            incident=await self.rooms.incident(act.room),
            command_id=CommandId(f"slack:{act.team}:{act.trigger}"),
            received_at=self.now(),
            ceiling=self.connection.ceiling,
        )
        return self.render(await self.desk.say(act.line, speaker))


def slack_app(front: SlackFront, web: AsyncWebClient, signing_secret: str = "") -> AsyncApp:
    """The app. Without a signing secret it takes nothing over HTTP, only from a socket that it opened itself."""
    app = AsyncApp(client=web, signing_secret=signing_secret or _NO_SECRET)

    async def take(act: Act, ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext) -> None:
        await ack()
        workspace = context.authorize_result.team_id if context.authorize_result else None
        await _respond(respond, await front.answer(act, workspace))

    @app.command(COMMAND)
    async def typed(
        body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        await take(_typed(body), ack, respond, context)

    @app.action(PRESSED)
    async def pressed(
        body: dict[str, Any], ack: AsyncAck, respond: AsyncRespond, context: AsyncBoltContext
    ) -> None:
        await take(_pressed(body), ack, respond, context)

    return app


def _typed(body: Mapping[str, Any]) -> Act:
    return Act(
        account=body["user_id"],
        team=body["team_id"],
        room=body["channel_id"],
        trigger=body["trigger_id"],
        line=spoken(body.get("text") or ""),
    )


def _pressed(body: Mapping[str, Any]) -> Act:
    """A button's value is the line that Muster put there; nobody typed it, so nothing is escaped."""
    return Act(
        account=body["user"]["id"],
        team=body["user"]["team_id"],
        room=(body.get("channel") or {}).get("id", ""),
        trigger=body["trigger_id"],
        line=body["actions"][0]["value"],
    )


async def _respond(respond: AsyncRespond, words: Sequence[Words]) -> None:
    """To the person alone, below what is there; an answer that gets lost stands in the ledger all the same."""
    for message in words[:_MOST_ANSWERS]:
        said = await respond(
            text=message.text, blocks=message.blocks, response_type="ephemeral", replace_original=False
        )
        if said.status_code != HTTPStatus.OK:
            _log.warning("an answer was not taken by Slack: %s", said.status_code)
