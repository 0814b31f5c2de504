"""Matrix keeps to the chat port: a real Synapse, encrypted rooms, a person's client on the other side."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import ClientResponse
from nio import RoomMessageText

from integrations.matrix.chat import MatrixChat
from integrations.matrix.kept import KeptClient, joined
from integrations.matrix.rooms import MatrixRooms
from integrations.simulated.device_store import SimulatedDeviceStore
from playbooks.domain.connection import Vendor
from playbooks.domain.document import Document, paragraph
from playbooks.domain.errors import Denied, Permanent, Transient
from playbooks.domain.seen import SeenAs
from playbooks.ports.chat import ArchiveRoom, UpdateMessage
from tests.contract.chat import check_chat_port
from tests.contract.matrix_house import CONNECTION, House
from tests.synapse import Synapse

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


async def at_once() -> None:
    """Synapse shows what it has done."""


async def test_matrix_keeps_to_the_chat_port(house: House) -> None:
    await check_chat_port(house.chat, Vendor.MATRIX, at_once, name=f"INC-{house.mark}")


async def test_a_person_reads_what_the_server_cannot(house: House) -> None:
    room = await house.room()
    await house.chat.post(house.post(room, "The file server is encrypted."))
    read = await house.duty.until_read("The file server is encrypted.")
    assert read.decrypted
    assert "<strong>" in (read.formatted_body or "")
    assert b"The file server is encrypted." not in house.stored()
    assert room.encode() in house.stored(), "that is where the events are"


async def test_the_same_transaction_is_the_same_event_also_after_a_restart(house: House) -> None:
    room = await house.room()
    post = house.post(room, "Once.")
    first = await house.chat.post(post)
    await house.device.close()
    house.new_device()
    assert (await house.chat.post(post)).ref == first.ref
    assert await house.chat.find_message(post) == first
    await house.chat.post(house.post(room, "And after it.", "2"))
    await house.duty.until_read("And after it.")
    assert sum("Once." in message.body for message in house.duty.read) == 1


async def test_the_device_keeps_its_keys_over_a_restart(house: House) -> None:
    room = await house.room()
    await house.chat.post(house.post(room, "Before."))
    keys = (await house.device.client()).olm.account.identity_keys
    await house.device.close()
    house.new_device()
    assert (await house.device.client()).olm.account.identity_keys == keys
    await house.chat.post(house.post(room, "After.", "2"))
    assert (await house.duty.until_read("After.")).decrypted
    assert (await house.duty.until_read("Before.")).decrypted


async def test_a_thread_and_a_replacement_are_what_clients_know(house: House) -> None:
    room = await house.room()
    parent = await house.chat.post(house.post(room, "Status."))
    await house.chat.post(house.post(room, "Below.", "2", thread=parent.ref))
    update = UpdateMessage(
        effect_id=house.id("message.update"),
        room=room,
        message=parent.ref,
        document=Document(blocks=(paragraph("Contained."),)),
    )
    await house.chat.update_message(update)
    below, replaced = await house.duty.until_read("Below."), await house.duty.until_read("Contained.")
    assert below.source["content"]["m.relates_to"]["rel_type"] == "m.thread"
    assert replaced.source["content"]["m.relates_to"] == {"rel_type": "m.replace", "event_id": parent.ref}
    with pytest.raises(Permanent):
        await house.chat.post(house.post(room, "Nowhere.", "3", thread="$none"))


async def test_what_is_below_a_reply_is_in_its_thread(house: House) -> None:
    room = await house.room()
    parent = await house.chat.post(house.post(room, "Status."))
    reply = await house.chat.post(house.post(room, "Below.", "2", thread=parent.ref))
    await house.chat.post(house.post(room, "Below that.", "3", thread=reply.ref))
    below = await house.duty.until_read("Below that.")
    assert below.source["content"]["m.relates_to"]["event_id"] == parent.ref


async def test_a_room_is_encrypted_private_and_says_which_effect_opened_it(house: House) -> None:
    made = await house.chat.open_room(house.open)
    room = await house.device.room(made.ref)
    assert room is not None
    await house.device.seen(lambda: room.encrypted and room.power_levels.defaults.invite == 100)
    assert (room.join_rule, room.guest_access, room.history_visibility) == ("invite", "forbidden", "invited")
    assert await MatrixRooms(CONNECTION.id, house.device).opened_by(made.ref) == house.open.effect_id


async def test_nothing_is_said_in_a_room_that_is_not_encrypted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integrations.matrix.device._PATIENCE", 0.2)
    open_to_all = await (await house.device.client()).room_create(name="without encryption")
    with pytest.raises((Permanent, Transient)):
        await house.chat.post(house.post(open_to_all.room_id, "In the clear."))
    assert b"In the clear." not in house.stored()


async def test_a_room_that_somebody_else_opened_under_that_alias_is_not_ours(house: House) -> None:
    await house.device.client()
    squat = await house.duty.client.room_create(
        alias=f"inc-{house.mark}",
        initial_state=[{"type": "muster.effect", "state_key": "", "content": {"id": house.open.effect_id}}],
        invite=[house.homeserver.account(f"muster-{house.mark}")],
    )
    await (await house.device.client()).join(squat.room_id)
    assert await house.chat.find_room(house.open) is None
    with pytest.raises(Permanent):
        await house.chat.open_room(house.open)


async def test_nobody_speaks_in_an_archived_room(house: House) -> None:
    room = await house.room()
    await house.chat.archive_room(ArchiveRoom(effect_id=house.id("room.archive"), room=room))
    await house.duty.sync()
    sent = await house.duty.client.room_send(
        room, "m.room.message", {"msgtype": "m.text", "body": "?"}, ignore_unverified_devices=True
    )
    assert sent.status_code == "M_FORBIDDEN"


async def test_a_long_message_is_several_events_and_found_whole(house: House) -> None:
    room = await house.room()
    post = house.post(room, "Зашифровано. " * 4000)
    made = await house.chat.post(post)
    assert await house.chat.find_message(post) == made
    assert (await house.chat.post(post)) == made
    client = await house.device.client()
    page = await client.room_messages(room, client.next_batch, limit=50)
    assert len({event.event_id for event in page.chunk if isinstance(event, RoomMessageText)}) > 1


async def test_a_token_that_the_server_does_not_know_is_denied(house: House) -> None:
    house.account = house.account.model_copy(update={"token": type(house.account.token)("syt_nobody")})
    house.new_device()
    with pytest.raises(Denied):
        await house.chat.open_room(house.open)


async def test_a_process_whose_turn_it_is_not_says_nothing(house: House) -> None:
    room = await house.room()
    other = MatrixChat(CONNECTION, house.other_device(), lambda _: None)
    assert not other.is_here
    with pytest.raises(Transient, match="Another process"):
        await other.post(house.post(room, "Twice."))
    assert (await other.look(room)).as_ is SeenAs.FRESH


async def test_who_takes_over_goes_on_where_the_other_was_killed_and_the_other_says_nothing_more(
    house: House,
) -> None:
    room = await house.room()
    await house.chat.post(house.post(room, "Said by the first."))
    await house.duty.say(room, "Heard by the first.")
    first, first_chat = house.device, house.chat
    house.new_device()
    await house.chat.post(house.post(room, "Said by the second.", "2"))
    with pytest.raises(Transient, match="Another process"):
        await first_chat.post(house.post(room, "Said too late.", "3"))
    await house.chat.post(house.post(room, "Said after that.", "4"))
    await house.duty.until_read("Said after that.")
    read = [message.body for message in house.duty.read if message.decrypted]
    assert [words for words in read if "Said too late." in words] == []
    assert not house.duty.unread
    assert len([words for words in read if "Said by the second." in words]) == 1
    await first.close()


async def test_who_gave_the_device_back_says_nothing_with_what_it_has_at_hand(house: House) -> None:
    room = await house.room()
    client = await house.device.client()
    await house.device.close()
    with pytest.raises(Transient, match="Another process"):
        await client.room_typing(room)


async def test_a_device_whose_first_keys_were_taken_without_a_word_signs_in_all_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    async def unheard(
        client: KeptClient, method: str, path: str, *args: object, **kwargs: object
    ) -> ClientResponse:
        response = await sent(client, method, path, *args, **kwargs)
        if "/keys/upload" in path and not taken:
            taken.append(path)
            response.close()
            raise TimeoutError
        return response

    sent = KeptClient.send
    monkeypatch.setattr(KeptClient, "send", unheard)
    with pytest.raises(Transient):
        await house.device.client()
    assert taken
    await house.device.close()
    house.new_device()
    await house.duty.say(await house.room(), "Good morning.")
    assert await house.device.client()


async def test_the_store_that_an_earlier_version_kept_in_a_file_is_taken_over(house: House) -> None:
    client = await house.device.client()
    keys = client.olm.account.identity_keys
    await house.device.close()
    file = house.folder / "device.db"
    file.write_bytes(joined(await house.store.sectors(CONNECTION.id)))
    house.store = SimulatedDeviceStore()
    house.account = house.account.model_copy(update={"former": file})
    assert (await house.new_device().client()).olm.account.identity_keys == keys


async def test_health_asks_who_we_are_also_while_another_process_speaks(house: House) -> None:
    await house.device.client()
    chat = MatrixChat(CONNECTION, house.other_device(), lambda _: None)
    account = house.homeserver.account(f"muster-{house.mark}")
    assert str(await chat.health()).startswith(
        f"Matrix, {account}, device MUSTER, signed by its account, key "
    )
