"""The chat systems that are connected, put together: the adapters behind the door, and who listens for people."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pydantic import HttpUrl
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.carrying import Carrying, Made
from bot.commands.desk import Desk
from bot.connection_entries import MatrixEntry, SlackEntry
from bot.connections import WiredConnections
from bot.connections_file import Configured
from bot.identities import account_of
from bot.leased import alongside
from bot.matrix.front import MatrixFront
from bot.remembered import Remembered
from bot.rooms import RoomIncidents
from bot.slack.app import slack_app
from bot.slack.front import SlackFront
from bot.slack.serving import OverHttp, stay_connected
from bot.slack.talk import command_id
from integrations.matrix.account import MatrixAccount
from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from integrations.matrix.device import MatrixDevice
from integrations.matrix.devices import Devices
from integrations.slack.chat import SlackChat
from integrations.slack.client import slack_client
from integrations.slack.rotation import Rotating, RotatingClient, Rotation
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Denied, Unavailable
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey
from playbooks.domain.organization import Directory
from playbooks.ports.community import Communities
from playbooks.ports.device_store import DeviceStore
from playbooks.ports.gateway import Gateway
from playbooks.ports.operator import Operator
from playbooks.ports.tokens import Tokens
from playbooks.ports.trust import Trust
from playbooks.ports.views import Views
from playbooks.texts import Texts

_log: Final = logging.getLogger(__name__)


def slack_chat(
    configured: Configured,
    entry: SlackEntry,
    directory: Directory,
    address: Callable[[IncidentKey], str],
    operator: Operator,
    tokens: Tokens,
    data: Path,
) -> SlackChat:
    """The adapter of a workspace. Raises Denied where the secret is missing."""
    accounts = account_of(directory, configured.connection)
    web = slack_web(configured, entry, tokens)
    gone = Remembered(data / "slack" / configured.connection.id / "deactivated.json")
    return SlackChat(configured.connection, web, accounts, address, operator, gone)


def slack_web(configured: Configured, entry: SlackEntry, tokens: Tokens) -> AsyncWebClient:
    """The client of a workspace, with the token that stands or with one that is renewed. Raises Denied."""
    said = entry.credentials
    if said.bot_token:
        return slack_client(configured.secret("bot_token", said.bot_token).get_secret_value(), entry.url)
    app = Rotating(
        client_id=said.client_id or "",
        client_secret=configured.secret("client_secret", said.client_secret or ""),
        refresh_token=configured.secret("refresh_token", said.refresh_token or ""),
    )
    return RotatingClient(
        Rotation(configured.connection.id, app, tokens, lambda: datetime.now(UTC), entry.url), entry.url
    )


def matrix_chat(
    configured: Configured, entry: MatrixEntry, directory: Directory, store: DeviceStore, data: Path
) -> MatrixChat:
    """The adapter of an account on a homeserver. Raises Denied where a secret is missing."""
    connection = configured.connection
    account = MatrixAccount(
        homeserver=HttpUrl(entry.url),
        token=configured.secret("token", entry.credentials.token),
        store_key=configured.secret("store_key", entry.credentials.store_key),
        devices=Devices(entry.devices),
        former=data / "matrix" / connection.id / "device.db",
    )
    device = MatrixDevice(connection.id, account, store)
    return MatrixChat(connection, device, account_of(directory, connection))


@dataclass(frozen=True)
class ChatFronts:
    """Who listens for people on the connections that are chat systems; each at its own cost alone."""

    configured: tuple[Configured, ...]
    connections: WiredConnections
    desk: Desk
    directory: Directory
    texts: Texts
    now: Callable[[], datetime]
    trust: Trust
    gateway: Gateway
    made: Made
    views: Views
    communities: Communities
    operator: Operator
    origin: str
    unattributed: Callable[[IncidentKey, str], Awaitable[bool]]
    """Whether the Chatham House Rule holds in a joint room of an incident."""
    speaking: Callable[[Connection, MatrixChat], Coroutine[Any, Any, None]]
    """Speaks for a connection that has one voice, while it is this process's turn."""

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear people over Matrix and over Slack's sockets for as long as the block runs."""
        with suppress(Unavailable):
            await self.communities.now()
        async with alongside(*self._fronts()):
            yield

    def slack_apps(self) -> dict[ConnectionId, OverHttp]:
        """The apps that Slack reaches over HTTP: those with a signing secret."""
        apps: dict[ConnectionId, OverHttp] = {}
        for each in self.configured:
            if isinstance(each.entry, SlackEntry) and (signing := each.entry.credentials.signing_secret):
                with _at_its_own_cost(each):
                    secret = each.secret("signing_secret", signing).get_secret_value()
                    apps[each.connection.id] = OverHttp(self._slack(each), secret)
        return apps

    def _fronts(self) -> Iterator[Coroutine[Any, Any, None]]:
        for each in self.configured:
            with _at_its_own_cost(each):
                if isinstance(each.entry, MatrixEntry):
                    yield self._matrix(each)
                elif isinstance(each.entry, SlackEntry) and each.entry.credentials.app_token:
                    token = each.secret("app_token", each.entry.credentials.app_token).get_secret_value()
                    yield stay_connected(self._slack(each), token, each.entry.url)

    def _matrix(self, each: Configured) -> Coroutine[Any, Any, None]:
        connection, chat = each.connection, self.connections.port(each.connection.id)
        if not isinstance(chat, MatrixChat):
            raise TypeError(f"{connection.id} is no Matrix")
        accounts = account_of(self.directory, connection)
        conversation = MatrixConversation(connection, chat.device, accounts)
        MatrixFront(
            connection,
            conversation,
            self.desk,
            self.directory,
            self.texts,
            self.now,
            self.trust,
            lambda rooms: self._carrying(
                connection, rooms, lambda _room, event: CommandId(f"matrix:{event}")
            ),
            communities=self.communities,
            connected=self._connected,
        )
        return self.speaking(connection, chat)

    def _slack(self, each: Configured) -> AsyncApp:
        connection, chat = each.connection, self.connections.port(each.connection.id)
        if not isinstance(chat, SlackChat):
            raise TypeError(f"{connection.id} is no Slack")
        rooms = RoomIncidents(connection, chat.opened_by)
        front = SlackFront(
            connection=connection,
            desk=self.desk,
            directory=self.directory,
            texts=self.texts,
            rooms=rooms,
            render=chat.words,
            now=self.now,
            views=self.views,
            operator=self.operator,
            origin=self.origin,
            trust=self.trust,
            members=chat.members,
            communities=self.communities,
            connected=self._connected,
        )
        return slack_app(front, chat.web, lambda team: self._carrying(connection, rooms, command_id(team)))

    @property
    def _connected(self) -> tuple[Connection, ...]:
        return tuple(each.connection for each in self.configured)

    def _carrying(
        self, connection: Connection, rooms: RoomIncidents, id: Callable[[str, str], CommandId]
    ) -> Carrying:
        return Carrying(connection, rooms, self.gateway, self.made, id, self.now, self.unattributed)


@contextmanager
def _at_its_own_cost(configured: Configured) -> Iterator[None]:
    """A secret that is missing silences its own connection alone."""
    try:
        yield
    except Denied as error:
        _log.warning("%s is not listened to: %s", configured.connection.id, error.sentence)
