"""A device's ears and voice: the Conversation port."""

import asyncio
from collections.abc import Callable
from typing import Final

from nio import AsyncClient, RoomPreset, ToDeviceMessage

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import address, below, contents, room_state, transaction
from integrations.matrix.render import MatrixRenderer
from integrations.matrix.rooms import MatrixRooms
from integrations.matrix.spaces import MatrixSpaces
from integrations.matrix.stream import line_of
from integrations.matrix.verification import CANCEL, cancelled, key_of
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.saying import saying
from playbooks.ports.conversation import Doubted, Listener, Said

_DECLINED: Final = "Nobody compares emoji at this end."
"""For clients' logs; a person is told by a message, in her language."""
_ANSWERED_WITHIN_S: Final = 60.0
"""Synapse by default takes ten messages of an account at once, then one in five seconds."""
_ANSWERED_AGAIN_S: Final = 1.0
_JOIN_AGAIN_S: Final = (1.0, 3.0)
"""An invitation over federation may be here before the room is ready at the other homeserver, and it comes once."""


class MatrixConversation:
    """The Conversation of one device; answers are notices, which other programs leave alone."""

    def __init__(
        self, connection: Connection, device: MatrixDevice, account: Callable[[PersonId], str | None]
    ) -> None:
        self._place = connection.id
        self._device = device
        self._render = MatrixRenderer(account)
        self._rooms = MatrixRooms(connection.id, device)
        self._spaces = MatrixSpaces(connection, device)
        self._opening = asyncio.Lock()

    def listen(self, listener: Listener) -> None:
        """See the port."""
        self._device.listen(listener)

    async def answer(self, said: Said, document: Document, *, privately: bool = False) -> None:
        """Answer in the thread that the line is in, or begins. A line told twice is answered once in each room.

        Nobody else would say it again: what the homeserver does not take now is said when it does, for a minute.
        """
        until = asyncio.get_running_loop().time() + _ANSWERED_WITHIN_S
        while True:
            try:
                await self._answer(said, document, privately=privately)
            except Transient as error:
                pause = error.retry_after.total_seconds() if error.retry_after else _ANSWERED_AGAIN_S
                if asyncio.get_running_loop().time() + pause > until:
                    raise
                await asyncio.sleep(pause)
            else:
                return

    async def _answer(self, said: Said, document: Document, *, privately: bool) -> None:
        room = await self._alone_with(said.account) if privately else said.room
        thread = None if privately else said.thread or said.id
        for number, content in enumerate(contents(self._render, document), start=1):
            notice = {**below(content, thread), "msgtype": "m.notice"}
            await self._device.send(room, notice, transaction(f"{said.id}/{room}", number))

    async def overheard(self, said: Said) -> bool:
        """Whether anybody else is in the room, or is invited."""
        client, room = await self._device.client(), await self._device.room(said.room)
        return room is None or not set(room.users) <= {client.user_id, said.account}

    async def decline(self, doubted: Doubted) -> str:
        """See the port."""
        client = await self._device.client()
        content = cancelled(doubted, _DECLINED)
        if doubted.room:
            await self._device.send(doubted.room, content, transaction(f"{doubted.id}/declined"), CANCEL)
        else:
            message = ToDeviceMessage(CANCEL, doubted.account, doubted.device, content)
            await answered(self._place, client.to_device(message), reads=True)
        return key_of(client)

    async def line(self, room: str, message: str) -> tuple[Said, str] | None:
        """See the port."""
        client = await self._device.client()
        try:
            found = await answered(self._place, client.room_get_event(room, message), reads=True)
        except Permanent:
            return None
        said = line_of(client, room, found.event)
        return (said, address(client, room, message)) if said else None

    async def join(self, room: str) -> None:
        """See the port."""
        client = await self._device.client()
        for pause in _JOIN_AGAIN_S:
            try:
                await answered(self._place, client.join(room), reads=True)
            except Denied:
                raise
            except ProviderError:
                await asyncio.sleep(pause)
            else:
                return
        await answered(self._place, client.join(room), reads=True)

    async def opened_by(self, room: str) -> EffectId | None:
        """See the port."""
        return await self._rooms.opened_by(room)

    async def follow(self, room: str) -> None:
        """See the port; whoever was in the old room is invited, and the incident's space holds the new one."""
        before = await self._rooms.follow(room)
        if before is None:
            return
        client = await self._device.client()
        client.invitations.ask(client, client.rooms[room], before.users, is_space=False)
        if opener := await self._rooms.opened_by(room):
            await self._spaces.hold(room, opener)

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
            raise Permanent(saying("vendor.put_out", who=self._place, id=id), code="unknown_room")
        await self._device.seen(lambda: account in room.users)
        return id
