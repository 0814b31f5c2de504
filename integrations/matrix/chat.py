"""One account on one homeserver as a ChatPort.

A message's transaction id is made of the effect's id: the same again is nothing. A room has no such key: it is found
by its alias, and the effect that opened it stands in its state from the first moment.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from nio import AsyncClient, Event, MatrixRoom, MessageDirection, RoomPreset

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import (
    CLOSED,
    EFFECT,
    address,
    below,
    contents,
    marked,
    replacing,
    room_state,
    transaction,
)
from integrations.matrix.polls import END, POLL, asks, ending, poll_of
from integrations.matrix.power import POWER, kept_by, power_of
from integrations.matrix.render import MatrixRenderer
from integrations.matrix.rooms import MatrixRooms
from integrations.matrix.spaces import MatrixSpaces, take_out
from integrations.matrix.stream import thread_of
from playbooks.actions.times import TIMES
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.errors import Permanent, ProviderError, Unknown
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.chat import ArchiveRoom, Invite, OpenRoom, Post, Remove, UpdateMessage
from playbooks.ports.write import Made

_MESSAGE: Final = "m.room.message"
_PAGE: Final = 100
_MOST_BACK: Final = 1_000
"""Messages among which an open poll is looked for."""
_INVITING_S: Final = TIMES[PortName.CHAT].client.total_seconds() / 2
"""Of one attempt."""


class MatrixChat:
    """The ChatPort of one device; `account` knows people's Matrix ids."""

    def __init__(
        self, connection: Connection, device: MatrixDevice, account: Callable[[PersonId], str | None]
    ) -> None:
        self._connection = connection
        self._place = connection.id
        self.device = device
        """Shared with whoever listens; nobody else may sign in as it."""
        self._account = account
        self._render = MatrixRenderer(account)
        self._rooms = MatrixRooms(connection.id, device)
        self._spaces = MatrixSpaces(connection, device)

    async def open_room(self, request: OpenRoom) -> Made:
        """Open an encrypted room into which Muster alone invites. Once it is there, what fails leaves it unknown."""
        client = await self.device.client()
        name = f"{self._connection.place}{request.name}"
        call = client.room_create(
            alias=name.lower(),
            name=name,
            topic=request.topic or None,
            preset=RoomPreset.private_chat,
            initial_state=room_state(request.effect_id),
            power_level_override={"invite": CLOSED},
        )
        return await self._held(client, (await answered(self._place, call)).room_id, request)

    async def find_room(self, request: OpenRoom) -> Made | None:
        """The room that bears the alias, if this request opened it."""
        client = await self.device.client()
        alias = f"#{self._connection.place}{request.name}:{_server(client)}".lower()
        try:
            room = (await answered(self._place, client.room_resolve_alias(alias), reads=True)).room_id
        except Permanent:
            return None
        if await self._rooms.opened_by(room) != request.effect_id:
            return None
        return await self._held(client, room, request)

    async def post(self, request: Post) -> Made:
        """Post a message, in as many events as its length needs, and the poll with its answers if it has any."""
        client, room = await self._open_room(request.room)
        thread = await self._thread(client, room, request)
        poll = poll_of(request.document)
        parts = [(_MESSAGE, content) for content in contents(self._render, request.document)]
        parts += [(POLL, poll)] if poll else []
        ended = await self._poll(client, room, request.ends) if request.ends else None
        parts += [(END, ending(ended, request.document))] if ended else []
        sent = [
            await self.device.send(
                room.room_id,
                below(
                    marked(content, request.effect_id, number, len(parts)), None if kind == END else thread
                ),
                transaction(request.effect_id, number),
                kind,
            )
            for number, (kind, content) in enumerate(parts, start=1)
        ]
        return _made(client, room.room_id, sent[0])

    async def find_message(self, request: Post) -> Made | None:
        """The first event of the message that this request posted, when all of them are there."""
        client, room = await self._known_room(request.room)
        found: dict[int, str] = {}
        async for event in self._history(client, room):
            mark = event.source["content"].get(EFFECT) or {}
            if event.sender == client.user_id and mark.get("id") == request.effect_id:
                found[int(mark["part"])] = event.event_id
                if len(found) == int(mark["of"]):
                    return _made(client, room.room_id, found[1])
        return None

    async def update_message(self, request: UpdateMessage) -> Made:
        """Replace a message. What does not fit into one is Permanent."""
        client, room = await self._open_room(request.room)
        await self._there(client, room.room_id, request.message)
        parts = contents(self._render, request.document)
        if len(parts) > 1:
            raise Permanent(saying("vendor.too_long", who=self._place), code="message_too_long")
        content = replacing(parts[0], request.message)
        await self.device.send(room.room_id, content, transaction(request.effect_id))
        return _made(client, room.room_id, request.message)

    async def invite(self, request: Invite) -> Made:
        """Invite people (`invitations.py`); without an account, or refused, they are missing.

        More than there is time for are invited in several attempts; whom the server lets in slowly, later.
        """
        until = asyncio.get_running_loop().time() + _INVITING_S
        client, room = await self._known_room(request.room)
        accounts = {person: self._account(person) for person in request.people}
        known = list(dict.fromkeys(account for account in accounts.values() if account))
        refused, later = await client.invitations.invited(client, room, known, until)
        there = [account for account in known if account not in refused | later]
        await self.device.seen(lambda: all(account in room.users for account in there))
        await self._spaces.invite(room.room_id, (*there, *later))
        if request.keepers is not None:
            await kept_by(self._place, client, room, filter(None, map(self._account, request.keepers)))
        missing = tuple(person for person, account in accounts.items() if not account or account in refused)
        return _made(client, room.room_id).model_copy(update={"missing": missing})

    async def remove(self, request: Remove) -> Made:
        """Take people out one by one, those too who were invited and did not come."""
        client, room = await self._known_room(request.room)
        for account in filter(None, map(self._account, request.people)):
            client.invitations.drop(client, room, account)
            if account in room.users:
                await take_out(self._place, self.device, client, room, account)
            await self._spaces.remove(room.room_id, account)
        return _made(client, request.room)

    async def archive_room(self, request: ArchiveRoom) -> Made:
        """Let nobody but Muster speak any more; what was said stays readable for those who are there."""
        client, room = await self._known_room(request.room)
        if not _closed(room):
            power = await power_of(self._place, client, room.room_id)
            silent = {**power, "events_default": CLOSED}
            await answered(self._place, client.room_put_state(room.room_id, POWER, silent))
            await self.device.seen(lambda: _closed(room))
        return _made(client, room.room_id)

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`; a room that Muster is no longer in is gone for it, an upgraded one moved."""
        room = await self._rooms.standing(ref)
        if room is None:
            return Seen(as_=SeenAs.GONE, ref=ref)
        return Seen(as_=SeenAs.OVER if room.is_closed else SeenAs.FRESH, ref=room.id)

    @property
    def is_here(self) -> bool:
        """See `playbooks/ports/speaking.py`."""
        return self.device.is_here

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`."""
        return await self.device.health()

    async def _known_room(self, id: str) -> tuple[AsyncClient, MatrixRoom]:
        client, room = await self.device.client(), await self._rooms.now(id)
        if room is None:
            raise Permanent(saying("vendor.no_room", who=self._place, id=id), code="unknown_room")
        return client, room

    async def _open_room(self, id: str) -> tuple[AsyncClient, MatrixRoom]:
        client, room = await self._known_room(id)
        if _closed(room):
            raise Permanent(saying("vendor.archived", who=self._place, id=id), code="room_archived")
        return client, room

    async def _held(self, client: AsyncClient, id: str, request: OpenRoom) -> Made:
        try:
            await self._spaces.hold(id, request.effect_id, request.topic)
        except ProviderError as error:
            raise Unknown(saying("vendor.half_opened", who=self._place, id=id)) from error
        return _made(client, id)

    async def _thread(self, client: AsyncClient, room: MatrixRoom, request: Post) -> str | None:
        """What it is below: of a message that is in a thread, what that is about, since threads do not branch.

        Nothing where that stayed behind in the room before an upgrade.
        """
        if request.thread is None:
            return None
        try:
            event = await self._there(client, room.room_id, request.thread)
        except Permanent:
            if room.room_id == request.room:
                raise
            await self._there(client, request.room, request.thread)
            return None
        return thread_of(event) or request.thread

    async def _poll(self, client: AsyncClient, room: MatrixRoom, consultation: str) -> str | None:
        """The poll of a consultation, among the last that was said in its room; most rooms have none."""
        looked_at = 0
        async for event in self._history(client, room):
            looked_at += 1
            if event.sender == client.user_id and asks(event, consultation):
                return str(event.event_id)
            if looked_at == _MOST_BACK:
                break
        return None

    async def _there(self, client: AsyncClient, room: str, message: str) -> Event:
        return (await answered(self._place, client.room_get_event(room, message), reads=True)).event

    async def _history(self, client: AsyncClient, room: MatrixRoom) -> AsyncIterator[Event]:
        """The room's events that can be read, newest first. An empty token is the newest: the sync may lag behind."""
        start: str | None = ""
        while start is not None:
            call = client.room_messages(room.room_id, start, direction=MessageDirection.back, limit=_PAGE)
            page = await answered(self._place, call, reads=True)
            for event in page.chunk:
                if isinstance(event, Event):
                    yield event
            start = page.end or None


def _closed(room: MatrixRoom) -> bool:
    return bool(room.power_levels.defaults.events_default >= CLOSED)


def _server(client: AsyncClient) -> str:
    """Of the account; a room's own id need not have one since room version 12."""
    return str(client.user_id).partition(":")[2]


def _made(client: AsyncClient, room: str, event: str = "") -> Made:
    return Made(ref=event or room, url=address(client, room, event))
