"""A device whose store was emptied, restored from an older backup, or locked by another key: said in one sentence."""

import re
from collections.abc import AsyncIterator, Iterator
from itertools import repeat
from pathlib import Path

import pytest
import pytest_asyncio
from pydantic import SecretStr

from integrations.matrix.kept import KeptClient
from integrations.simulated.device_store import SimulatedDeviceStore
from playbooks.domain.errors import Denied
from tests.contract.matrix_house import CONNECTION, House, Lease, until
from tests.synapse import Synapse

pytestmark = pytest.mark.slow
WHAT_TO_DO = re.compile("Make a new access token .* start Muster again, and sign the old device out")


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


async def told_what_to_do(house: House) -> None:
    """Whoever starts the device, whoever speaks over it, and `muster doctor` in a process of its own."""
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.device.client()
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.chat.health()
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.other_device().health()


async def key_of(house: House) -> str:
    """The device's key as the homeserver tells everybody."""
    return str(await house.chat.health()).rpartition("key ")[2]


async def test_a_store_that_was_emptied_is_said_and_takes_nothing_from_the_device(house: House) -> None:
    await house.device.client()
    key, kept = await key_of(house), house.store
    await house.device.close()
    house.store = SimulatedDeviceStore()
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.other_device().health()
    house.new_device()
    await told_what_to_do(house)
    house.store = kept
    house.new_device()
    await house.device.client()
    assert await key_of(house) == key, "the keys at the homeserver were not replaced"


async def test_a_store_from_an_older_backup_is_said_and_a_new_device_speaks_on_the_same_store(
    house: House,
) -> None:
    room = await house.room()
    older = dict(await house.store.sectors(CONNECTION.id))
    client = await house.device.client()
    assert isinstance(client, KeptClient)
    await house.chat.post(house.post(room, "Before the database was restored."))
    await house.duty.until_read("Before the database was restored.")
    before = client.olm.account.identity_keys
    client.olm.uploaded_key_count = 0  # people's clients took them all
    await house.device._pump(client)
    await house.device.close()
    house.store = SimulatedDeviceStore()
    await house.store.keep(CONNECTION.id, Lease(0), older)
    house.new_device()
    refused = await house.device.client()
    assert refused.olm.account.identity_keys == before
    refused.olm.uploaded_key_count = 0
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.device._pump(refused)
    await house.device.close()
    with pytest.raises(Denied, match=WHAT_TO_DO):
        await house.other_device().health()

    token = SecretStr(house.homeserver.token(f"muster-{house.mark}", "MUSTER-2"))
    house.account = house.account.model_copy(update={"token": token})
    house.new_device()
    await house.chat.post(house.post(room, "From a new device.", "2"))
    assert (await house.duty.until_read("From a new device.")).decrypted
    assert "signed by its account" in str(await house.other_device().health())


async def test_a_store_that_another_key_locked_is_said(house: House) -> None:
    await house.device.client()
    await house.device.close()
    house.account = house.account.model_copy(update={"store_key": SecretStr("another key")})
    house.new_device()
    for asked in (house.device.client, house.chat.health):
        with pytest.raises(Denied, match="does not open with this store_key"):
            await asked()


async def test_what_cannot_be_mended_by_trying_again_stands_in_the_log_once(
    house: House, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.device.client()
    await house.device.close()
    house.store = SimulatedDeviceStore()
    tried = list[float]()

    def pauses() -> Iterator[float]:
        for pause in repeat(0.01):
            tried.append(pause)
            yield pause

    monkeypatch.setattr("integrations.matrix.device._pauses", pauses)
    device = house.other_device()
    async with device.held(Lease(house.turns)):
        await until(lambda: len(tried) > 3)
    assert caplog.text.count("is not signed in") == 1
    assert "nio" not in {record.name.partition(".")[0] for record in caplog.records}
