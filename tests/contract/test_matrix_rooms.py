"""The rooms of an incident in their space, and a room that somebody upgrades: on a real Synapse."""

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from nio import AsyncClient, RoomRedactError

from integrations.matrix.chat import MatrixChat
from integrations.matrix.conversation import MatrixConversation
from integrations.matrix.rooms import MatrixRooms
from playbooks.domain.errors import Permanent, Transient
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.seen import SeenAs
from playbooks.ports.chat import Invite, OpenRoom
from playbooks.ports.conversation import Heard, Invited, Replaced
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, House, until
from tests.synapse import Synapse

pytestmark = pytest.mark.slow
_POWER = "m.room.power_levels"


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    key = f"INC-2026-{house.mark}".upper()
    opener = EffectId(f"{CONNECTION.id}/{key}/room.open/room")
    house.open = OpenRoom(effect_id=opener, name=key, topic="TLP:AMBER")
    yield house
    await house.close()


def joint(house: House) -> OpenRoom:
    """A second room of the same incident."""
    effect = EffectId(f"{house.open.effect_id}.joint-all")
    return house.open.model_copy(update={"effect_id": effect, "name": f"{house.open.name}-all"})


async def upgraded(house: House, room: str) -> str:
    """The room's successor, by the person's own client: she was made an administrator by Muster's account."""
    client, duty = await house.device.client(), house.duty
    power = (await client.room_get_state_event(room, _POWER)).content
    asked = int(power["events"].get("m.room.tombstone", 100))
    await client.room_put_state(room, _POWER, {**power, "users": {**power["users"], duty.account: asked}})
    await duty.sync()
    return await upgraded_by(duty.client, room, "11")


async def upgraded_by(client: AsyncClient, room: str, version: str) -> str:
    """The room's successor, by whoever the client is; nobody is invited to it."""
    headers = {"Authorization": f"Bearer {client.access_token}"}
    path = f"{client.homeserver}/_matrix/client/v3/rooms/{room}/upgrade"
    async with client.client_session.post(path, json={"new_version": version}, headers=headers) as said:
        assert said.status == 200, await said.text()
        return str((await said.json())["replacement_room"])


class Ears:
    """Follows what it hears, as the front does."""

    def __init__(self, house: House) -> None:
        self.heard: list[Heard] = []
        self.conversation = MatrixConversation(
            CONNECTION, house.device, {DUTY_OFFICER: house.duty.account}.get
        )
        self.conversation.listen(self._hear)

    async def _hear(self, heard: Heard) -> None:
        self.heard.append(heard)
        with suppress(Permanent):  # an upgrade comes before the invitation to what it leads to
            if isinstance(heard, Replaced):
                await self.conversation.follow(heard.by)
            elif isinstance(heard, Invited):
                await self.conversation.follow(heard.room)

    def replaced(self) -> list[str]:
        return [each.by for each in self.heard if isinstance(each, Replaced)]


async def test_an_incidents_rooms_are_in_one_space_that_says_its_key_and_marking_alone(house: House) -> None:
    room = await house.room()
    other = (await house.chat.open_room(joint(house))).ref
    client = await house.device.client()
    (space,) = client.rooms[room].parents
    assert client.rooms[other].parents == {space}
    await house.device.seen(lambda: client.rooms[space].children == {room, other})
    held = client.rooms[space]
    assert (held.room_type, held.name, held.topic) == ("m.space", house.open.name, "TLP:AMBER")
    assert (held.join_rule, held.history_visibility) == ("invite", "invited")
    while space not in house.duty.client.rooms:
        await house.duty.sync()
    said = await house.duty.client.room_send(space, "m.room.message", {"msgtype": "m.text", "body": "?"})
    assert said.status_code == "M_FORBIDDEN", "nobody speaks in a space"


async def test_a_room_that_was_opened_and_not_put_into_its_space_is_put_there_when_it_is_found(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without(*_args: object) -> None: ...

    with monkeypatch.context() as patched:
        patched.setattr("integrations.matrix.spaces.MatrixSpaces.hold", without)
        room = (await house.chat.open_room(house.open)).ref
    found = await house.chat.find_room(house.open)
    assert found is not None
    assert found.ref == room
    assert (await house.device.client()).rooms[room].parents


async def test_a_space_that_somebody_else_has_under_that_name_holds_nothing_of_ours(house: House) -> None:
    await house.device.client()
    alias = f"{house.open.name}-space".lower()
    squat = await house.duty.client.room_create(
        alias=alias, space=True, invite=[house.homeserver.account(f"muster-{house.mark}")]
    )
    await (await house.device.client()).join(squat.room_id)
    room = (await house.chat.open_room(house.open)).ref
    assert not (await house.device.client()).rooms[room].parents


async def test_who_holds_a_role_keeps_order_until_she_gives_it_back_and_never_decides_what_a_room_is(
    house: House,
) -> None:
    room, duty = await house.room(), house.duty
    line = await house.chat.post(house.post(room, "Something that must not stand here."))
    await duty.until_read("Something that must not stand here.")
    forbidden: list[tuple[str, dict[str, Any]]] = [
        ("muster.effect", {"id": "unhcr/matrix/INC-2026-0001/room.open/room"}),
        ("m.room.tombstone", {"body": "", "replacement_room": "!other:evil.example"}),
        ("m.room.power_levels", {"users": {duty.account: 100}}),
    ]

    async def topic(words: str) -> str:
        said = await duty.client.room_put_state(room, "m.room.topic", {"topic": words})
        return str(getattr(said, "status_code", "done"))

    assert await topic("Before") == "M_FORBIDDEN", "who is there and holds no role has no power"
    role = Invite(
        effect_id=house.id("room.invite", "2"), room=room, people=(DUTY_OFFICER,), keepers=(DUTY_OFFICER,)
    )
    for _ in range(2):
        await house.chat.invite(role)
    assert await topic("Meanwhile") == "done"
    assert not isinstance(await duty.client.room_redact(room, line.ref), RoomRedactError)
    for kind, content in forbidden:
        refused = await duty.client.room_put_state(room, kind, content)
        assert refused.status_code == "M_FORBIDDEN", kind
    invited = await duty.client.room_invite(room, house.homeserver.account(f"nobody-{house.mark}"))
    assert invited.status_code == "M_FORBIDDEN", "Muster alone invites"
    await house.chat.invite(role.model_copy(update={"people": (), "keepers": ()}))
    assert await topic("After") == "M_FORBIDDEN"


async def test_an_upgraded_room_is_followed_and_stays_the_incidents(house: House) -> None:
    ears = Ears(house)
    room = await house.room()
    before = await house.chat.post(house.post(room, "Before the upgrade."))
    after = await upgraded(house, room)
    muster = house.homeserver.account(f"muster-{house.mark}")
    await house.duty.client.room_invite(after, muster)
    await house.duty.until_there(after, muster)
    assert ears.replaced() == [after]
    assert await ears.conversation.opened_by(after) == house.open.effect_id
    await house.chat.post(house.post(room, "Said to the old one.", "2", thread=before.ref))
    read = await house.duty.until_read("Said to the old one.")
    assert "m.relates_to" not in read.source["content"], "what it was below stayed behind"
    seen = await house.chat.look(room)
    assert (seen.as_, seen.ref) == (SeenAs.FRESH, after)


async def test_whoever_was_in_a_room_is_invited_to_the_one_that_muster_s_own_account_made_of_it(
    house: House,
) -> None:
    ears = Ears(house)
    room = await house.room()
    after = await upgraded_by(await house.device.client(), room, "12")
    await house.duty.until_there(after, house.duty.account)
    assert ears.replaced() == [after]
    await house.chat.post(house.post(room, "Said to the old one."))
    await house.duty.until_read("Said to the old one.")


async def test_what_says_that_it_succeeds_a_room_and_is_not_named_there_is_nothing_of_ours(
    house: House,
) -> None:
    ears = Ears(house)
    room = await house.room()
    muster = house.homeserver.account(f"muster-{house.mark}")
    claim = {"room_id": room, "event_id": "$none"}
    other = await house.duty.client.room_create(predecessor=claim, invite=[muster])
    client = await house.device.client()
    await ears.conversation.follow(other.room_id)
    assert other.room_id not in (await client.joined_rooms()).rooms
    await ears.conversation.join(other.room_id)
    assert await ears.conversation.opened_by(other.room_id) is None
    now = await MatrixRooms(CONNECTION.id, house.device).now(room)
    assert now is not None
    assert now.room_id == room


async def test_a_tombstone_that_leads_to_a_room_that_knows_nothing_of_ours_is_not_followed(
    house: House,
) -> None:
    ears = Ears(house)
    room = await house.room()
    muster = house.homeserver.account(f"muster-{house.mark}")
    other = await house.duty.client.room_create(invite=[muster])
    client: AsyncClient = await house.device.client()
    await client.room_put_state(room, "m.room.tombstone", {"body": "", "replacement_room": other.room_id})
    await house.device.seen(lambda: client.rooms[room].replacement_room == other.room_id)
    await ears.conversation.follow(other.room_id)
    assert other.room_id not in (await client.joined_rooms()).rooms, "it was looked at and left"
    assert (await house.chat.look(room)).ref == room
    await house.chat.post(house.post(room, "Still here."))
    await house.duty.until_read("Still here.")


async def test_more_people_than_there_is_time_for_are_invited_in_several_attempts_and_each_of_them_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.matrix.chat._INVITING_S", 0.1)
    accounts = [house.homeserver.account(f"responder-{number}-{house.mark}") for number in range(30)]
    people = {PersonId(f"responder-{number}"): account for number, account in enumerate(accounts)}
    chat = MatrixChat(CONNECTION, house.device, people.get)
    room = (await chat.open_room(house.open)).ref
    client, asked = await house.device.client(), list[tuple[str, str]]()
    invite = client.room_invite

    async def counted(room: str, account: str) -> Any:
        asked.append((room, account))
        return await invite(room, account)

    monkeypatch.setattr(client, "room_invite", counted)
    invitation = Invite(effect_id=house.id("room.invite"), room=room, people=tuple(people))
    with pytest.raises(Transient, match=r"still to be invited") as error:
        await chat.invite(invitation)
    assert error.value.retry_after
    made = None
    while made is None:
        await house.device.seen(lambda: all(account in client.rooms[room].users for room, account in asked))
        with suppress(Transient):
            made = await chat.invite(invitation)
    assert made.missing == ()
    (space,) = client.rooms[room].parents
    await until(lambda: len(asked) == 2 * len(accounts))
    assert sorted(asked) == sorted((each, account) for each in (room, space) for account in accounts)
