"""A device that cannot be given a room's key: it is told why, the operator too, and reads all of it when it can."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from nio import MegolmEvent, ToDeviceEvent, UnknownToDeviceEvent

from integrations.matrix.kept import KeptClient
from playbooks.domain.errors import Transient, Unknown
from tests.contract.matrix_house import WITHIN, House
from tests.synapse import Synapse

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture
async def house(homeserver: Synapse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr("integrations.matrix.owed._AGAIN_S", 0.2)
    house = House(homeserver, tmp_path)
    yield house
    await house.close()


async def synced(house: House, so: Callable[[], bool], *, with_keys: bool = True) -> None:
    """The person's client goes on, handing out one-time keys or not, until it is so."""
    deadline = time.monotonic() + WITHIN
    while not so() and time.monotonic() < deadline:
        if with_keys:
            await house.duty.sync()
        else:
            response = await house.duty.client.sync(timeout=200)
            for joined in response.rooms.join.values():
                events = joined.timeline.events
                house.duty.unread += [each for each in events if isinstance(each, MegolmEvent)]
    assert so()


async def test_a_device_without_one_time_keys_is_told_so_and_reads_what_was_said_when_it_has_some_again(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    withheld: list[dict[str, Any]] = []

    def told(event: ToDeviceEvent) -> None:
        if event.type == "m.room_key.withheld":
            withheld.append(event.source["content"])

    phone = house.duty.client
    phone.add_to_device_callback(told, UnknownToDeviceEvent)
    room = await house.room()
    await _without_one_time_keys(house)
    await house.chat.post(house.post(room, "The first."))
    await house.chat.post(house.post(room, "The second.", "2"))
    await synced(house, lambda: bool(withheld), with_keys=False)
    assert [each["code"] for each in withheld] == ["m.no_olm"]
    assert f"cannot be read on device PHONE of {house.duty.account}" in caplog.text
    first = _of(house, room)[0]
    phone.olm.uploaded_key_count = 0  # nio takes a server's none for nothing said
    await synced(house, lambda: _can_read(house, first))
    assert "can be read on device PHONE" in caplog.text
    history = await phone.room_messages(room, limit=20)
    read = [getattr(each, "body", "") for each in history.chunk]
    assert all(any(words in body for body in read) for words in ("The first.", "The second."))
    await house.chat.post(house.post(room, "The third.", "3"))
    assert (await house.duty.until_read("The third.")).decrypted


async def test_what_a_device_is_owed_is_given_by_the_process_that_takes_over_from_one_that_was_killed(
    house: House,
) -> None:
    room = await house.room()
    await _without_one_time_keys(house)
    await house.chat.post(house.post(room, "Said by the first."))
    await synced(house, lambda: bool(_of(house, room)), with_keys=False)
    first = _of(house, room)[0]
    await killed(house)
    await house.new_device().client()
    house.duty.client.olm.uploaded_key_count = 0
    await synced(house, lambda: _can_read(house, first))
    history = await house.duty.client.room_messages(room, limit=20)
    assert any("Said by the first." in getattr(each, "body", "") for each in history.chunk)


async def killed(house: House) -> None:
    """Nothing is kept any more of what the process knew, and nothing is said by it."""
    house.device._lease.lost.set()  # type: ignore[union-attr]  # another process has taken it
    await house.device.close()


async def test_a_room_is_spoken_in_again_when_its_homeserver_hands_out_keys_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What waited for the same key fails then too, and can be said again."""
    room = await house.room()
    send = KeptClient.send

    async def silent(client: KeptClient, method: str, path: str, *args: object, **kwargs: object) -> Any:
        if "/keys/claim" in path:
            await asyncio.sleep(0.1)
            raise TimeoutError
        return await send(client, method, path, *args, **kwargs)

    monkeypatch.setattr(KeptClient, "send", silent)
    both = [house.post(room, "The first.", "1"), house.post(room, "The second.", "2")]
    async with asyncio.timeout(10):
        failed = await asyncio.gather(*map(house.chat.post, both), return_exceptions=True)
    assert {type(each) for each in failed} == {Unknown, Transient}, "whichever came first"
    monkeypatch.undo()
    async with asyncio.timeout(10):
        await asyncio.gather(*map(house.chat.post, both))
    for words in ("The first.", "The second."):
        assert (await house.duty.until_read(words)).decrypted


def _of(house: House, room: str) -> list[Any]:
    return [each for each in house.duty.unread if each.room_id == room]


def _can_read(house: House, message: Any) -> bool:
    sessions = house.duty.client.olm.inbound_group_store
    return sessions.get(message.room_id, message.sender_key, message.session_id) is not None


async def _without_one_time_keys(house: House) -> None:
    """Others took all of them while the phone was off."""
    token = house.homeserver.token(f"other-{house.mark}", "OTHER")
    wanted = {"one_time_keys": {house.duty.account: {"PHONE": "signed_curve25519"}}}
    async with httpx.AsyncClient(
        base_url=house.homeserver.url, headers={"Authorization": f"Bearer {token}"}
    ) as web:
        taken: Any = True
        while taken:
            taken = (await web.post("/_matrix/client/v3/keys/claim", json=wanted)).json()["one_time_keys"]
