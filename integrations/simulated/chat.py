"""A simulated chat system: rooms by name, messages by transaction id, modelled on Matrix and Slack."""

import asyncio
from collections.abc import Collection
from datetime import timedelta

from integrations.simulated.things import Thing
from integrations.simulated.vendor import SimulatedVendor, Sleep
from integrations.simulated.world import World
from playbooks.domain.connection import Connection
from playbooks.domain.document import plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.chat import ArchiveRoom, Invite, OpenRoom, Post, Remove, UpdateMessage
from playbooks.ports.write import Made

LAG = timedelta(milliseconds=500)
"""Until a new room is listed."""


class SimulatedChat(SimulatedVendor):
    """The ChatPort of a simulated world. `strangers` are people without an account there."""

    def __init__(
        self,
        world: World,
        connection: Connection,
        *,
        sleep: Sleep = asyncio.sleep,
        strangers: Collection[PersonId] = (),
    ) -> None:
        super().__init__(world, connection, sleep=sleep)
        self._strangers = frozenset(strangers)

    async def open_room(self, request: OpenRoom) -> Made:
        """Open a room; a name is taken once, by whomever."""
        return await self._call("open_room", lambda: self._open(request))

    async def find_room(self, request: OpenRoom) -> Made | None:
        """The room that this request opened, once it is listed."""
        return await self._call("find_room", lambda: self._found("room", request.effect_id))

    async def post(self, request: Post) -> Made:
        """Post a message; the effect id is its transaction id, so the same again is the same message."""
        return await self._call("post", lambda: self._post(request))

    async def find_message(self, request: Post) -> Made | None:
        """The message that this request posted."""
        return await self._call("find_message", lambda: self._found("message", request.effect_id))

    async def update_message(self, request: UpdateMessage) -> Made:
        """Replace a message."""
        return await self._call("update_message", lambda: self._update(request))

    async def invite(self, request: Invite) -> Made:
        """Invite people; strangers are missing in the answer."""
        return await self._call("invite", lambda: self._invite(request))

    async def remove(self, request: Remove) -> Made:
        """Take people out."""
        return await self._call("remove", lambda: self._remove(request))

    async def archive_room(self, request: ArchiveRoom) -> Made:
        """Archive a room."""
        return await self._call("archive_room", lambda: self._archive(request))

    async def look(self, ref: str) -> Seen:
        """How a room stands; see `playbooks/ports/seen.py`."""
        return await self._call("look", lambda: self._looked(ref))

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`."""
        return await self._call("health", lambda: saying("vendor.health.simulated"))

    def _looked(self, ref: str) -> Seen:
        room = self._world.thing(self._id, "room", ref)
        if room is None:
            return Seen(as_=SeenAs.GONE, ref=ref)
        return Seen(as_=SeenAs.OVER if room.state["archived"] else SeenAs.FRESH, ref=ref)

    def _open(self, request: OpenRoom) -> Made:
        name = f"{self._connection.place}{request.name}"
        if any(room.state["name"] == name for room in self._world.things(self._id, "room")):
            raise Permanent(f"{self._id} has a room “{name}” already.", code="name_taken")
        ref = f"C{self._world.count(self._id, 'room') + 1:04}"
        state = {"name": name, "topic": request.topic, "members": [], "archived": False}
        self._world.add(self._id, "room", ref, request.effect_id, LAG, state)
        self._happened("open_room", request.effect_id, ref)
        return Made(ref=ref)

    def _post(self, request: Post) -> Made:
        self._open_room(request.room)
        if request.thread is not None:
            self._message(request.room, request.thread)
        before = self._world.made_by(self._id, "message", request.effect_id)
        if before is not None:
            return Made(ref=before.ref)
        ref = f"M{self._world.count(self._id, 'message') + 1:06}"
        text = plain(request.document)
        state = {
            "room": request.room,
            "thread": request.thread,
            "text": text,
            "changed_by": request.effect_id,
        }
        self._world.add(self._id, "message", ref, request.effect_id, timedelta(), state)
        self._happened("post", request.effect_id, ref)
        return Made(ref=ref)

    def _update(self, request: UpdateMessage) -> Made:
        message = self._message(request.room, request.message)
        if message.state["changed_by"] != request.effect_id:
            self._world.change(message, text=plain(request.document), changed_by=request.effect_id)
            self._happened("update_message", request.effect_id, message.ref)
        return Made(ref=message.ref)

    def _invite(self, request: Invite) -> Made:
        room = self._open_room(request.room)
        missing = tuple(person for person in request.people if person in self._strangers)
        new = [p for p in request.people if p not in missing and p not in room.state["members"]]
        if new:
            self._world.change(room, members=[*room.state["members"], *new])
            self._happened("invite", request.effect_id, room.ref)
        return Made(ref=room.ref, missing=missing)

    def _remove(self, request: Remove) -> Made:
        room = self._room(request.room)
        kept = [person for person in room.state["members"] if person not in request.people]
        if kept != room.state["members"]:
            self._world.change(room, members=kept)
            self._happened("remove", request.effect_id, room.ref)
        return Made(ref=room.ref)

    def _archive(self, request: ArchiveRoom) -> Made:
        room = self._room(request.room)
        if not room.state["archived"]:
            self._world.change(room, archived=True)
            self._happened("archive_room", request.effect_id, room.ref)
        return Made(ref=room.ref)

    def _found(self, kind: str, effect_id: str) -> Made | None:
        thing = self._world.search(self._id, kind, effect_id)
        return Made(ref=thing.ref) if thing else None

    def _room(self, ref: str) -> Thing:
        room = self._world.thing(self._id, "room", ref)
        if room is None:
            raise Permanent(saying("vendor.no_room", who=self._id, id=ref), code="unknown_room")
        return room

    def _open_room(self, ref: str) -> Thing:
        room = self._room(ref)
        if room.state["archived"]:
            raise Permanent(saying("vendor.archived", who=self._id, id=ref), code="room_archived")
        return room

    def _message(self, room: str, ref: str) -> Thing:
        message = self._world.thing(self._id, "message", ref)
        if message is None or message.state["room"] != room:
            raise Permanent(f"The room {room} of {self._id} has no message {ref}.", code="unknown_message")
        return message
