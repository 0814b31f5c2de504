"""One account on one homeserver as a ChatPort.

A message's transaction id is made of the effect's id: the same again is nothing. A room has no such key: it is found
by its alias, and the effect that opened it stands in its state from the first moment.
"""

from collections.abc import AsyncIterator, Callable
from typing import Final
from urllib.parse import quote

from nio import AsyncClient, Event, MatrixRoom, MessageDirection, RoomPreset

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import (
    CLOSED,
    EFFECT,
    below,
    contents,
    marked,
    replacing,
    room_state,
    transaction,
)
from integrations.matrix.render import MatrixRenderer
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.chat import ArchiveRoom, Invite, OpenRoom, Post, UpdateMessage
from playbooks.ports.write import Made

_MESSAGE: Final = "m.room.message"
_POWER: Final = "m.room.power_levels"
_PAGE: Final = 100


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

    async def open_room(self, request: OpenRoom) -> Made:
        """Open an encrypted room into which Muster alone invites."""
        client = await self.device.client()
        name = f"{self._connection.place}{request.name}"
        call = client.room_create(
            alias=name.lower(),
            name=name,
            topic=request.topic or None,
            preset=RoomPreset.private_chat,
            initial_state=room_state(request.effect_id),
            power_level_override={"invite": 50},
        )
        return _made(client, (await answered(self._place, call)).room_id)

    async def find_room(self, request: OpenRoom) -> Made | None:
        """The room that bears the alias, if this request opened it."""
        client = await self.device.client()
        alias = f"#{self._connection.place}{request.name}:{_server(client)}".lower()
        try:
            room = (await answered(self._place, client.room_resolve_alias(alias), reads=True)).room_id
        except Permanent:
            return None
        opener = await self.device.opened_by(room)
        return _made(client, room) if opener == request.effect_id else None

    async def post(self, request: Post) -> Made:
        """Post a message, in as many events as its length needs."""
        client, room = await self._open_room(request.room)
        if request.thread is not None:
            await self._there(client, room, request.thread)
        parts = contents(self._render, request.document)
        sent = [
            await self.device.send(
                request.room,
                below(marked(content, request.effect_id, number, len(parts)), request.thread),
                transaction(request.effect_id, number),
            )
            for number, content in enumerate(parts, start=1)
        ]
        return _made(client, request.room, sent[0])

    async def find_message(self, request: Post) -> Made | None:
        """The first event of the message that this request posted, when all of them are there."""
        client, room = await self._known_room(request.room)
        found: dict[int, str] = {}
        async for event in self._history(client, room):
            mark = event.source["content"].get(EFFECT) or {}
            if event.sender == client.user_id and mark.get("id") == request.effect_id:
                found[int(mark["part"])] = event.event_id
                if len(found) == int(mark["of"]):
                    return _made(client, request.room, found[1])
        return None

    async def update_message(self, request: UpdateMessage) -> Made:
        """Replace a message. What does not fit into one is Permanent."""
        client, room = await self._open_room(request.room)
        await self._there(client, room, request.message)
        parts = contents(self._render, request.document)
        if len(parts) > 1:
            raise Permanent(f"{self._place} cannot show this in one message.", code="message_too_long")
        content = replacing(parts[0], request.message)
        await self.device.send(request.room, content, transaction(request.effect_id))
        return _made(client, request.room, request.message)

    async def invite(self, request: Invite) -> Made:
        """Invite people one by one; without an account, or refused, they are missing."""
        client, room = await self._known_room(request.room)
        missing = [person for person in request.people if not await self._invited(client, room, person)]
        return _made(client, request.room).model_copy(update={"missing": tuple(missing)})

    async def archive_room(self, request: ArchiveRoom) -> Made:
        """Let nobody but Muster speak any more; what was said stays readable for those who are there."""
        client, room = await self._known_room(request.room)
        if not _closed(room):
            power = await answered(self._place, client.room_get_state_event(request.room, _POWER), reads=True)
            silent = {**power.content, "events_default": CLOSED}
            await answered(self._place, client.room_put_state(request.room, _POWER, silent))
            await self.device.seen(lambda: _closed(room))
        return _made(client, request.room)

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`; a room that Muster is no longer in is gone for it."""
        await self.device.client()
        room = await self.device.room(ref)
        if room is None:
            return Seen(as_=SeenAs.GONE, ref=ref)
        return Seen(as_=SeenAs.OVER if _closed(room) else SeenAs.FRESH, ref=ref)

    async def health(self) -> str:
        """See `playbooks/ports/health.py`."""
        return await self.device.health()

    async def _invited(self, client: AsyncClient, room: MatrixRoom, person: PersonId) -> bool:
        account = self._account(person)
        if account is None or account in room.users:
            return account is not None
        try:
            await answered(self._place, client.room_invite(room.room_id, account))
        except Permanent:
            return False
        await self.device.seen(lambda: account in room.users)
        return True

    async def _known_room(self, id: str) -> tuple[AsyncClient, MatrixRoom]:
        client, room = await self.device.client(), await self.device.room(id)
        if room is None:
            raise Permanent(f"{self._place} is in no room {id}.", code="unknown_room")
        return client, room

    async def _open_room(self, id: str) -> tuple[AsyncClient, MatrixRoom]:
        client, room = await self._known_room(id)
        if _closed(room):
            raise Permanent(f"The room {id} of {self._place} is archived.", code="room_archived")
        return client, room

    async def _there(self, client: AsyncClient, room: MatrixRoom, message: str) -> None:
        await answered(self._place, client.room_get_event(room.room_id, message), reads=True)

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
    place = "/".join(quote(part) for part in (room, event) if part)
    return Made(ref=event or room, url=f"https://matrix.to/#/{place}?via={_server(client)}")
