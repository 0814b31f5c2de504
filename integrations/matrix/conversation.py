"""A device's ears and voice: the Conversation port."""

import asyncio
from collections.abc import Callable

from nio import AsyncClient, RoomPreset

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import below, contents, room_state, transaction
from integrations.matrix.render import MatrixRenderer
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId, PersonId
from playbooks.ports.conversation import Listener, Said


class MatrixConversation:
    """The Conversation of one device; answers are notices, which other programs leave alone."""

    def __init__(
        self, connection: Connection, device: MatrixDevice, account: Callable[[PersonId], str | None]
    ) -> None:
        self._place = connection.id
        self._device = device
        self._render = MatrixRenderer(account)
        self._opening = asyncio.Lock()

    def listen(self, listener: Listener) -> None:
        """See the port."""
        self._device.listen(listener)

    async def answer(self, said: Said, document: Document, *, privately: bool = False) -> None:
        """Answer in the thread that the line is in, or begins. A line told twice is answered once in each room."""
        room = await self._alone_with(said.account) if privately else said.room
        thread = None if privately else said.thread or said.id
        for number, content in enumerate(contents(self._render, document), start=1):
            notice = {**below(content, thread), "msgtype": "m.notice"}
            await self._device.send(room, notice, transaction(f"{said.id}/{room}", number))

    async def overheard(self, said: Said) -> bool:
        """Whether anybody else is in the room, or is invited."""
        client, room = await self._device.client(), await self._device.room(said.room)
        return room is None or not set(room.users) <= {client.user_id, said.account}

    async def join(self, room: str) -> None:
        """See the port."""
        client = await self._device.client()
        await answered(self._place, client.join(room), reads=True)

    async def opened_by(self, room: str) -> EffectId | None:
        """See the port."""
        return await self._device.opened_by(room)

    async def _alone_with(self, account: str) -> str:
        """A room without a name in which nobody is but this person and Muster; made when there is none."""
        async with self._opening:
            client = await self._device.client()
            both = {client.user_id, account}
            known = (id for id, room in client.rooms.items() if room.is_group and set(room.users) == both)
            return next(known, None) or await self._opened_with(client, account)

    async def _opened_with(self, client: AsyncClient, account: str) -> str:
        call = client.room_create(
            is_direct=True, preset=RoomPreset.private_chat, invite=[account], initial_state=room_state()
        )
        id = str((await answered(self._place, call)).room_id)
        room = await self._device.room(id)
        if room is None:
            raise Permanent(f"{self._place} was put out of the room {id}.", code="unknown_room")
        await self._device.seen(lambda: account in room.users)
        return id
