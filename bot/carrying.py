"""What people say in a joint room's room, taken in as commands, so that the record has it and the door carries it on.

The front ends hear; who speaks, and over which connection, they state. A line's command has the id that the front end
gives the message, so the same message told again is the same words; what is about an earlier message names the entry
that its command led to.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.rooms import RoomIncidents
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command, Verdict
from playbooks.domain.connection import Connection
from playbooks.domain.entry import entry_id
from playbooks.domain.ids import CommandId, ConnectionId, EntryId, IncidentKey
from playbooks.domain.naming_nobody import naming_nobody
from playbooks.domain.organization import Person
from playbooks.ports.conversation import Changed, Said, Signed, Withdrawn
from playbooks.ports.effects import EffectRow
from playbooks.ports.gateway import Gateway

Made = Callable[[str, str], Awaitable[EffectRow | None]]
"""The effect through a connection that brought back this reference, as `Effects.made`."""
Spoken = Said | Changed | Withdrawn | Signed
_POSTS = "message.post"


async def _attributed(_incident: IncidentKey, _joint: str) -> bool:
    return False


@dataclass(frozen=True)
class Carrying:
    """Takes in what is said over one connection. `id` makes a command's id of a room's and a message's."""

    connection: Connection
    rooms: RoomIncidents
    gateway: Gateway
    made: Made
    id: Callable[[str, str], CommandId]
    now: Callable[[], datetime]
    unattributed: Callable[[IncidentKey, str], Awaitable[bool]] = _attributed
    """Whether the Chatham House Rule holds in a joint room. Raises Unavailable."""

    async def is_joint(self, room: str) -> bool:
        """Whether what is said there is carried elsewhere."""
        return bool((await self.rooms.place(room)).joint)

    async def take(self, spoken: Spoken, person: Person, via: ConnectionId | None = None) -> Verdict | None:
        """Have it judged; None where it was said in no joint room. `via` is where it comes from, if not from here.

        Raises Unavailable.
        """
        place = await self.rooms.place(spoken.room)
        if not place.joint or place.incident is None:
            return None
        named = not await self.unattributed(place.incident, place.joint)
        verb, about, texts = _deed(spoken, named=named)
        said = Command(
            id=self.id(spoken.room, spoken.id),
            verb=verb,
            actor=Actor.of(person).model_copy(update={"via": via or self.connection.id}),
            incident=place.incident,
            args={
                "joint": place.joint,
                "message": spoken.id,
                **({"about": await self.entry(spoken.room, about)} if about else {}),
            },
            texts=dict(texts),
            received_at=self.now(),
        )
        return await self.gateway.submit(said)

    async def entry(self, room: str, message: str) -> EntryId:
        """The entry of a message: that which Muster posted it for, or what a person said in it. Raises Unavailable."""
        row = await self.made(self.connection.id, message)
        if row is not None:
            _connection, _account, _incident, action, occasion = row.id.split("/", 4)
            if action == _POSTS:
                return EntryId(occasion.partition("-")[0])
        return entry_id(self.id(room, message))


def _deed(spoken: Spoken, *, named: bool) -> tuple[str, str | None, Mapping[str, str]]:
    """The verb, the message that it is about, and the words; where nobody may be named, without whom these name."""
    match spoken:
        case Said():
            files = "\n".join(each.told(named=named) for each in spoken.files)
            texts = {**_words(spoken.text, named=named), **({"files": files} if files else {})}
            return "say", spoken.thread or spoken.replies_to, texts
        case Changed():
            return "say.change", spoken.message, _words(spoken.text, named=named)
        case Withdrawn():
            return "say.withdraw", spoken.message, {}
        case Signed():
            return "say.sign", spoken.message, {"sign": spoken.sign}


def _words(text: str, *, named: bool) -> dict[str, str]:
    words = text if named else naming_nobody(text)
    return {"words": words} if words else {}
