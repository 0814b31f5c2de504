"""The rooms of Muster's account: which effect opened one, and where one goes on that somebody upgraded.

A room is upgraded by a tombstone in it that names another, by whoever has the power to, and by that other saying of
which it is the successor (specification, "Room Upgrades"). One without the other leads nowhere.
"""

from dataclasses import dataclass
from typing import Final

from nio import AsyncClient, MatrixRoom

from integrations.matrix.device import MatrixDevice
from integrations.matrix.failures import answered
from integrations.matrix.messages import CLOSED, EFFECT
from integrations.matrix.render import Json
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import EffectId

_CREATE: Final = "m.room.create"
_POWER: Final = "m.room.power_levels"
_TOMBSTONE: Final = "m.room.tombstone"
_MOST_UPGRADES: Final = 20
_ADMINISTRATOR: Final = 100
"""The power that a tombstone asks for where the room says nothing of it: more than a moderator's."""


@dataclass(frozen=True)
class Standing:
    """A room as its state says it is, by type of what there is one of."""

    id: str
    state: dict[str, Json]

    @property
    def predecessor(self) -> str:
        """The room that it says it goes on from."""
        before = self._content(_CREATE).get("predecessor")
        return str(before.get("room_id", "")) if isinstance(before, dict) else ""

    @property
    def goes_on_in(self) -> str:
        """The room that it says it goes on in."""
        return str(self._content(_TOMBSTONE).get("replacement_room", ""))

    @property
    def is_closed(self) -> bool:
        """Whether nobody but Muster may speak there."""
        return int(self._content(_POWER).get("events_default", 0)) >= CLOSED

    @property
    def has_ended(self) -> bool:
        """By the word of somebody who has the power to; who created a room of version 12 has all of it."""
        tombstone, power = self.state.get(_TOMBSTONE), self._content(_POWER)
        if tombstone is None:
            return False
        created = self.state[_CREATE]
        creators = {created["sender"], *created["content"].get("additional_creators", ())}
        asked = power.get("events", {}).get(_TOMBSTONE, _ADMINISTRATOR)
        has = power.get("users", {}).get(tombstone["sender"], power.get("users_default", 0))
        return tombstone["sender"] in creators or has >= asked

    def succeeds(self, before: "Standing") -> bool:
        """Whether both rooms say so, the earlier one by the word of somebody who may."""
        return self.predecessor == before.id and before.goes_on_in == self.id and before.has_ended

    def _content(self, type: str) -> Json:
        said: Json = self.state.get(type, {}).get("content", {})
        return said


class MatrixRooms:
    """What is known of rooms beside what is said in them."""

    def __init__(self, place: str, device: MatrixDevice) -> None:
        self._place = place
        self._device = device

    async def now(self, id: str) -> MatrixRoom | None:
        """A room, or the one that it goes on in; None when the account is in no such room."""
        room = await self._device.room(id)
        for _ in range(_MOST_UPGRADES):
            if room is None or not room.replacement_room:
                break
            after = await self._device.room(room.replacement_room)
            if after is None or not await self._succeeds(after, room):
                break
            room = after
        return room

    async def standing(self, id: str) -> Standing | None:
        """As `now`, asked of the homeserver alone: any process may, also one that does not speak for the account."""
        async with self._device.asking() as client:
            room = await self._standing(client, id)
            for _ in range(_MOST_UPGRADES):
                after = await self._standing(client, room.goes_on_in) if room and room.goes_on_in else None
                if room is None or after is None or not after.succeeds(room):
                    break
                room = after
        return room

    async def opened_by(self, id: str) -> EffectId | None:
        """The effect that opened a room, or the one that it succeeds; None for a room that Muster did not open.

        Anybody may take an alias first and write what Muster writes: who sent it is what counts.
        """
        client = await self._device.client()
        for _ in range(_MOST_UPGRADES):
            room = await self._device.room(id)
            if room is None:
                return None
            state = await self._state(client, id)
            own = {type: said["content"] for type, said in state.items() if said["sender"] == client.user_id}
            if {_CREATE, EFFECT} <= own.keys():
                return EffectId(str(own[EFFECT]["id"]))
            before = await self._device.room(Standing(id, state).predecessor)
            if before is None or not await self._succeeds(room, before):
                return None
            id = before.room_id
        return None

    async def follow(self, id: str) -> MatrixRoom | None:
        """Join the room in which one of ours goes on; returns ours, None if it is no such room. Raises ProviderErrors.

        What it says of itself can be read from inside alone; what says nothing of ours is left again.
        """
        client = await self._device.client()
        before = next((room for room in client.rooms.values() if room.replacement_room == id), None)
        if (
            before is None
            or not Standing(before.room_id, await self._state(client, before.room_id)).has_ended
        ):
            return None
        await answered(self._place, client.join(id), reads=True)
        after = await self._device.room(id)
        if after is not None and await self._succeeds(after, before):
            return before
        await answered(self._place, client.room_leave(id), reads=True)
        return None

    async def _succeeds(self, after: MatrixRoom, before: MatrixRoom) -> bool:
        """Whether both rooms say so, the earlier one by the word of somebody who may."""
        client = await self._device.client()
        at_last, at_first = [
            Standing(room.room_id, await self._state(client, room.room_id)) for room in (after, before)
        ]
        return at_last.succeeds(at_first)

    async def _standing(self, client: AsyncClient, id: str) -> Standing | None:
        try:
            return Standing(id, await self._state(client, id))
        except Permanent:
            return None

    async def _state(self, client: AsyncClient, id: str) -> dict[str, Json]:
        """The room's state that there is one of, by type."""
        said = await answered(self._place, client.room_get_state(id), reads=True)
        return {event["type"]: event for event in said.events if event["state_key"] == ""}
