"""What is said in one room of a joint room is heard in the others: on the real Temporal, PostgreSQL and door."""

from datetime import timedelta

import pytest

from bot.carrying import Carrying
from bot.composition.installation import utc_now
from bot.rooms import RoomIncidents
from integrations.simulated.things import Thing
from playbooks.actions.effect import effect_id
from playbooks.domain.connection import Connection
from playbooks.domain.ids import CommandId, ConnectionId, EffectId, IncidentKey
from playbooks.ports.conversation import Changed, Said, Signed, Withdrawn
from tests.casts import directory
from tests.workflows.house import House, until

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
UNHCR, WFP = ConnectionId("unhcr/chat"), ConnectionId("wfp/chat")


class Platform:
    """One organization's chat system, and what Muster hears there."""

    def __init__(self, house: House, connection: ConnectionId) -> None:
        self.house, self.id, self.said = house, connection, 0
        self._known: Connection = house.muster.connections.connection(connection)

    async def opened_by(self, room: str) -> EffectId | None:
        found = self.house.muster.world.thing(self.id, "room", room)
        return EffectId(found.effect_id) if found else None

    @property
    def carrying(self) -> Carrying:
        muster = self.house.muster
        return Carrying(
            self._known,
            RoomIncidents(self._known, self.opened_by),
            self.house.gateway,
            muster.effects.made,
            lambda room, message: CommandId(f"sim:{self.id}:{room}:{message}"),
            utc_now,
        )

    async def room(self, key: IncidentKey, name: str = "all") -> Thing:
        async def filled() -> Thing | None:
            rooms = self.house.muster.world.things(self.id, "room")
            wanted = f"{key.lower()}-{name}"
            return next(
                (each for each in rooms if each.state["name"] == wanted and each.state["members"]), None
            )

        return await until(filled, f"{name} of {key} is open at {self.id}")

    def line(self, room: Thing, text: str, thread: str | None = None) -> Said:
        """A person's message, which stands in the chat system as Muster's do."""
        self.said += 1
        ref = f"P{room.ref}-{self.said}"
        state = {"room": room.ref, "thread": thread, "text": text, "changed_by": ""}
        self.house.muster.world.add(self.id, "message", ref, f"person/{self.id}/{ref}", timedelta(), state)
        return Said(id=ref, room=room.ref, account="", text=text, thread=thread, said_at=utc_now())

    def messages(self, room: Thing) -> list[Thing]:
        every = self.house.muster.world.things(self.id, "message")
        return [each for each in every if each.state["room"] == room.ref]

    async def heard(self, room: Thing, words: str) -> Thing:
        """Until the door knows of it too: people take longer to answer than it does to conclude."""

        async def look() -> Thing | None:
            found = next((each for each in self.messages(room) if words in each.state["text"]), None)
            return found if found and await self.house.muster.effects.made(self.id, found.ref) else None

        return await until(look, f"“{words}” at {self.id}")


async def test_a_line_its_answer_its_change_a_sign_and_its_withdrawal_are_heard_in_the_other_room_once(
    house: House,
) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "joint.open", key, name="all")
    unhcr, wfp = Platform(house, UNHCR), Platform(house, WFP)
    here, there = await wfp.room(key), await unhcr.room(key)
    duty, ciso = directory().person("wfp-duty"), directory().person("unhcr-ciso")

    line = wfp.line(here, "The <b>backups</b> @channel are intact")
    for _again in range(2):
        assert await wfp.carrying.take(line, duty)
    copy = await unhcr.heard(there, "The <b>backups</b> @channel are intact")
    assert "wfp-duty" in copy.state["text"]
    assert "wfp/chat" in copy.state["text"]

    answer = unhcr.line(there, "Which of them?", thread=copy.ref)
    await unhcr.carrying.take(answer, ciso)
    assert (await wfp.heard(here, "Which of them?")).state["thread"] == line.id

    changed = Changed(id=f"{line.id}:e", room=here.ref, account="", message=line.id, text="Most are intact")
    await wfp.carrying.take(changed, duty)
    assert (await unhcr.heard(there, "Most are intact")).ref == copy.ref

    sign = Signed(id="s1", room=there.ref, account="", message=copy.ref, sign="👍")
    await unhcr.carrying.take(sign, ciso)
    signed = await wfp.heard(here, "👍")
    assert signed.state["thread"] == line.id
    await unhcr.carrying.take(Withdrawn(id="s1:off", room=there.ref, account="", message="s1"), ciso)
    assert (await wfp.heard(here, "took back")).ref == signed.ref

    await house.lose(key)
    gone = Withdrawn(id=f"{line.id}:d", room=here.ref, account="", message=line.id)
    await wfp.carrying.take(gone, duty)
    assert (await unhcr.heard(there, "took back")).ref == copy.ref
    own = [each for each in unhcr.messages(there) if not each.effect_id.startswith("person/")]
    assert len(own) == 2, "how the room began, and one message for the line however often it was told"


async def test_what_may_not_go_there_is_kept_back_at_the_door(house: House) -> None:
    key = await house.declared(joined=("WFP",), marking="TLP:RED")
    await house.do("unhcr-duty", "joint.open", key, name="all")
    spoken = await house.do("unhcr-ciso", "say", key, joint="all", texts={"words": "For your eyes"})

    async def kept_back() -> bool:
        """Not even the room is opened there, and what would stand in it goes nowhere."""
        id = effect_id(WFP, key, "message.post", spoken.entries[0])
        effect = (await house.case(key)).effects.get(id)
        return effect is not None and effect.state in ("withheld", "failed")

    await until(kept_back, "the door kept it back")
    every = house.muster.world.things(WFP, "message")
    assert not any("For your eyes" in each.state["text"] for each in every)


async def test_the_room_of_its_own_is_an_organizations_own(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    unhcr = Platform(house, UNHCR)

    async def opened() -> Thing | None:
        rooms = house.muster.world.things(UNHCR, "room")
        return next((each for each in rooms if each.state["name"] == key.lower()), None)

    spoken = unhcr.line(await until(opened, "its own room is open"), "Among ourselves")
    assert await unhcr.carrying.take(spoken, directory().person("unhcr-ciso")) is None
