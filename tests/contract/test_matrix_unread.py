"""Messages that Muster's device cannot decrypt: read when their key comes late, and else said to be unreadable."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from nio import ToDeviceMessage
from nio.crypto import OlmDevice

from integrations.matrix import unread
from integrations.matrix.conversation import MatrixConversation
from playbooks.ports.conversation import Heard, Said, Unreadable
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, House, until
from tests.synapse import Synapse

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


def ears(house: House) -> list[Heard]:
    """What is heard in the house from now on."""
    heard: list[Heard] = []

    async def hear(said: Heard) -> None:
        heard.append(said)

    MatrixConversation(CONNECTION, house.device, {DUTY_OFFICER: house.duty.account}.get).listen(hear)
    return heard


async def test_whose_client_keeps_its_keys_from_muster_is_heard_to_have_said_what_cannot_be_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unread, "WAITED_FOR", timedelta(seconds=1))
    heard = ears(house)
    room = await house.room()
    await house.duty.say(room, "The first.")
    muster = _withhold(house, room)
    event = await house.duty.say(room, "!incident status")
    await until(lambda: len(heard) > 1)
    assert isinstance(heard[0], Said)
    told = heard[1]
    assert isinstance(told, Unreadable)
    assert (told.id, told.room, told.account) == (event, room, house.duty.account)

    house.duty.client.unblacklist_device(muster)
    house.duty.client.olm.outbound_group_sessions.pop(room, None)
    await house.duty.say(room, "The third.")
    await until(lambda: len(heard) > 2)
    assert [each.text for each in heard if isinstance(each, Said)] == ["The first.", "The third."]


async def test_a_message_whose_key_comes_late_is_read_then_also_by_whoever_takes_over(house: House) -> None:
    heard = ears(house)
    room = await house.room()
    await house.duty.say(room, "The first.")
    await until(lambda: len(heard) == 1)
    muster = _withhold(house, room)
    phone = house.duty.client
    phone.olm.create_outbound_group_session(room)
    session = phone.olm.outbound_group_sessions[room]
    key = {
        "algorithm": "m.megolm.v1.aes-sha2",
        "room_id": room,
        "session_id": session.id,
        "session_key": session.session_key,
    }
    await house.duty.say(room, "!incident status")
    await house.duty.say(room, "The third.")
    await house.device.close()
    house.new_device()
    again = ears(house)
    await house.device.client()
    olm = phone.olm.session_store.get(muster.curve25519)
    sealed = phone.olm._olm_encrypt(olm, muster, "m.room_key", key)
    await phone.to_device(ToDeviceMessage("m.room.encrypted", muster.user_id, muster.id, sealed))
    await until(lambda: len([each for each in again if isinstance(each, Said)]) >= 2)
    assert [each.text for each in again if isinstance(each, Said)][-2:] == ["!incident status", "The third."]
    assert not any(isinstance(each, Unreadable) for each in (*heard, *again))


def _withhold(house: House, room: str) -> OlmDevice:
    """Her client gives what she says from now on to no device of Muster's."""
    phone = house.duty.client
    (muster,) = (each for each in phone.device_store if each.user_id != house.duty.account)
    phone.blacklist_device(muster)
    phone.olm.outbound_group_sessions.pop(room, None)
    return muster
