"""The space of an incident: what people's clients show its rooms together under.

It is called by the incident's key and says how the incident is marked, no more: what stands in a space is not
encrypted. Nobody speaks there.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Final

from nio import AsyncClient, MatrixRoom, RoomPreset

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import CLOSED, EFFECT
from integrations.matrix.rooms import MatrixRooms
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Denied, Permanent
from playbooks.domain.ids import EffectId

_SPACE: Final = "m.space"
_CHILD: Final = "m.space.child"
_PARENT: Final = "m.space.parent"
_log = logging.getLogger(__name__)


class MatrixSpaces:
    """The spaces of one account."""

    def __init__(self, connection: Connection, device: MatrixDevice) -> None:
        self._connection = connection
        self._place = connection.id
        self._device = device
        self._rooms = MatrixRooms(connection.id, device)

    async def hold(self, id: str, opener: EffectId, topic: str = "") -> None:
        """Put a room into its incident's space, which is made when there is none.

        A room does without where the server allows none, or somebody else took the name. Raises ProviderErrors.
        """
        try:
            await self._hold(id, opener, topic)
        except (Denied, Permanent) as error:
            _log.warning("%s of %s is in no space: %s", id, self._place, error.code)

    async def invite(self, id: str, accounts: Iterable[str]) -> None:
        """Have people invited into the space of a room; nothing waits for that."""
        client = await self._device.client()
        for space in self._of(client, id):
            client.invitations.ask(client, space, accounts, is_space=True)

    async def remove(self, id: str, account: str) -> None:
        """Take somebody out of the space of a room that she is taken out of."""
        client = await self._device.client()
        for space in self._of(client, id):
            client.invitations.drop(client, space, account)
            if account in space.users:
                await take_out(self._place, self._device, client, space, account)

    def _of(self, client: AsyncClient, id: str) -> Iterator[MatrixRoom]:
        spaces = filter(None, map(client.rooms.get, client.rooms[id].parents))
        return (space for space in spaces if space.room_type == _SPACE)

    async def _hold(self, id: str, opener: EffectId, topic: str) -> None:
        client = await self._device.client()
        room = await self._device.room(id)
        key = opener.split("/")[2]
        space = await self._found(client, key) or await self._made(client, key, topic)
        held = await self._device.room(space)
        if room is None or held is None:
            return
        via = {"via": [str(client.user_id).partition(":")[2]]}
        if id not in held.children:
            await answered(self._place, client.room_put_state(space, _CHILD, via, state_key=id))
        if space not in room.parents:
            parent = {**via, "canonical": True}
            await answered(self._place, client.room_put_state(id, _PARENT, parent, state_key=space))
            await self._device.seen(lambda: space in room.parents)

    async def _found(self, client: AsyncClient, key: str) -> str | None:
        alias = f"#{self._alias(key)}:{str(client.user_id).partition(':')[2]}"
        try:
            space = (await answered(self._place, client.room_resolve_alias(alias), reads=True)).room_id
        except Permanent:
            return None
        return str(space) if await self._rooms.opened_by(space) == self._id(key) else None

    async def _made(self, client: AsyncClient, key: str, topic: str) -> str:
        state = {
            EFFECT: {"id": self._id(key)},
            "m.room.guest_access": {"guest_access": "forbidden"},
            "m.room.history_visibility": {"history_visibility": "invited"},
        }
        call = client.room_create(
            alias=self._alias(key),
            name=f"{self._connection.place}{key}",
            topic=topic or None,
            preset=RoomPreset.private_chat,
            initial_state=[{"type": type, "state_key": "", "content": said} for type, said in state.items()],
            power_level_override={"events_default": CLOSED, "state_default": CLOSED, "invite": 50},
            space=True,
        )
        return str((await answered(self._place, call)).room_id)

    def _alias(self, key: str) -> str:
        return f"{self._connection.place}{key}-space".lower()

    def _id(self, key: str) -> EffectId:
        return EffectId(f"{self._place}/{key}/space")


async def take_out(
    place: str, device: MatrixDevice, client: AsyncClient, room: MatrixRoom, account: str
) -> None:
    """Take somebody out of a room, also who was invited and did not come, and wait until it shows."""
    await answered(place, client.room_kick(room.room_id, account))
    await device.seen(lambda: account not in room.users)
