"""Muster's device is signed by Muster's own account, so that clients which show nothing else show what it says."""

import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nio import ToDeviceEvent, UnknownToDeviceEvent
from pydantic import SecretStr

from integrations.matrix.chat import MatrixChat
from integrations.matrix.cross_signing import cross_sign
from integrations.matrix.devices import Devices
from integrations.matrix.identity import Identity, device_is_signed, master_of
from integrations.matrix.kept import KeptClient
from integrations.simulated.device_store import SimulatedDeviceStore
from playbooks.ports.chat import Invite
from tests.contract.chat import DUTY_OFFICER
from tests.contract.matrix_house import CONNECTION, WITHIN, House, Person
from tests.matrix_js import js_client
from tests.synapse import Synapse

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path) -> AsyncIterator[House]:
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


def muster(house: House) -> str:
    return house.homeserver.account(f"muster-{house.mark}")


def keys(house: House) -> dict[str, Any]:
    """What anybody is told of Muster's keys."""
    said = httpx.post(
        f"{house.homeserver.url}/_matrix/client/v3/keys/query",
        headers={"Authorization": f"Bearer {house.duty.client.access_token}"},
        json={"device_keys": {muster(house): []}},
    )
    answer: dict[str, Any] = said.raise_for_status().json()
    return answer


async def test_a_client_that_shows_signed_devices_alone_shows_what_muster_says(house: House) -> None:
    name = f"commander-{house.mark}"
    account = house.homeserver.account(name)
    token = house.homeserver.token(name, "ELEMENT")
    async with js_client(house.homeserver.url, account, token, "ELEMENT") as client:
        chat = MatrixChat(CONNECTION, house.device, {DUTY_OFFICER: account}.get)
        room = (await chat.open_room(house.open)).ref
        await chat.invite(Invite(effect_id=house.id("room.invite"), room=room, people=(DUTY_OFFICER,)))
        await client.until("joined", room)
        await chat.post(house.post(room, "The file server is encrypted."))
        assert await client.until("read", "The file server is encrypted.")


async def test_the_device_is_signed_once_and_stays_so_over_a_restart(house: House) -> None:
    await house.device.client()
    first = keys(house)
    assert device_is_signed(first, muster(house), "MUSTER")
    await house.device.close()
    house.new_device()
    await house.device.client()
    assert keys(house) == first
    assert "signed by its account" in str(await house.chat.health())


async def test_another_device_with_the_same_secret_is_signed_by_the_same_identity(house: House) -> None:
    await house.device.client()
    master = master_of(keys(house), muster(house))
    token = SecretStr(house.homeserver.token(f"muster-{house.mark}", "MUSTER-2"))
    house.account = house.account.model_copy(update={"token": token})
    await house.device.close()
    house.store = SimulatedDeviceStore()
    await house.new_device().client()
    assert master_of(keys(house), muster(house)) == master
    assert device_is_signed(keys(house), muster(house), "MUSTER-2")


async def test_keys_that_somebody_else_made_are_never_replaced_and_the_operator_is_told(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    url, token = house.homeserver.url, house.account.token.get_secret_value()
    theirs = Identity(muster(house), "what a person's client made")
    async with httpx.AsyncClient(base_url=url, headers={"Authorization": f"Bearer {token}"}) as web:
        path = "/_matrix/client/v3/keys/device_signing/upload"
        (await web.post(path, json=theirs.announcement())).raise_for_status()
    await house.device.client()
    assert master_of(keys(house), muster(house)) == theirs.master
    assert not device_is_signed(keys(house), muster(house), "MUSTER")
    assert "verify that device from a client where the account is signed in" in caplog.text
    assert "not signed by its account" in str(await house.chat.health())
    room = await house.room()
    await house.chat.post(house.post(room, "It speaks all the same."))
    assert await house.duty.until_read("It speaks all the same.")


async def test_where_it_is_set_so_a_device_that_its_account_does_not_sign_reads_nothing_and_is_told_why(
    house: House,
) -> None:
    withheld: list[dict[str, Any]] = []

    def told(event: ToDeviceEvent) -> None:
        if event.type == "m.room_key.withheld":
            withheld.append(event.source["content"])

    house.duty.client.add_to_device_callback(told, UnknownToDeviceEvent)
    house.account = house.account.model_copy(update={"devices": Devices.SIGNED})
    house.new_device()
    room = await house.room()
    await house.chat.post(house.post(room, "For signed devices."))
    await until_synced(house, lambda: bool(house.duty.unread and withheld))
    assert [each["code"] for each in withheld] == ["m.unverified"]
    assert not any("For signed devices." in message.body for message in house.duty.read)
    await sign(house)
    await house.chat.post(house.post(room, "Signed by now.", "2"))
    assert (await house.duty.until_read("Signed by now.")).decrypted


async def test_all_devices_that_get_nothing_are_told_so_in_one_request(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    colleague = Person(house.homeserver, f"colleague-{house.mark}", house.folder / "colleague")
    await colleague.sync()
    house.account = house.account.model_copy(update={"devices": Devices.SIGNED})
    house.new_device()
    room = await house.room()
    chat = MatrixChat(CONNECTION, house.device, {DUTY_OFFICER: colleague.account}.get)
    await chat.invite(Invite(effect_id=house.id("room.invite", "2"), room=room, people=(DUTY_OFFICER,)))
    asked: list[str] = []
    send = KeptClient.send

    async def counted(client: KeptClient, method: str, path: str, *args: object, **kwargs: object) -> Any:
        asked.append(path)
        return await send(client, method, path, *args, **kwargs)

    monkeypatch.setattr(KeptClient, "send", counted)
    for occasion in ("1", "2"):
        await house.chat.post(house.post(room, "For signed devices.", occasion))
    assert len([path for path in asked if "m.room_key.withheld" in path]) == 1
    for person in (house.duty, colleague):
        assert await until_told(person) == "m.unverified"
    await colleague.client.close()


async def until_told(person: Person) -> str:
    """Why her device gets no key."""
    codes: list[str] = []

    def told(event: ToDeviceEvent) -> None:
        if event.type == "m.room_key.withheld":
            codes.append(event.source["content"]["code"])

    person.client.add_to_device_callback(told, UnknownToDeviceEvent)
    deadline = time.monotonic() + WITHIN
    while not codes and time.monotonic() < deadline:
        await person.sync()
    return codes[0]


async def until_synced(house: House, so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + WITHIN
    while not so() and time.monotonic() < deadline:
        await house.duty.sync()
    assert so()


async def sign(house: House) -> None:
    """The person verifies her phone: her account's keys sign it."""
    await cross_sign(CONNECTION.id, house.duty.client, "a secret of hers")
