"""Three workers, one device on Matrix: who holds its lease speaks, and another when that one is killed or stalls."""

import asyncio
import os
import re
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

import pytest

from bot.composition.installation import Installation, installation
from playbooks.domain.ids import IncidentKey
from tests.contract.matrix_house import Person
from tests.faults.house import House, Part, house, until
from tests.matrix_js import js_client
from tests.synapse import Synapse, synapse

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(600)]

LEASE: Final = "matrix/unhcr/chat"
LINES: Final = 6
MOST_S: Final = 45
"""From the kill to the next message: the lease, an attempt that died with its worker, and a slow machine."""
CONNECTION: Final = """
connections:
  - organization: UNHCR
    vendor: matrix
    url: {url}
    credentials: {{token: "file:{folder}/muster.token", store_key: "file:{folder}/store.key"}}
    ceiling: TLP:AMBER+STRICT
    place: unhcr-
"""
ENCRYPTED: Final = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    with synapse(tmp_path_factory.mktemp("synapse")) as server:
        yield server


class Duty:
    """The duty officer types in her client; updates that she gives come back as Muster's posts."""

    def __init__(self, server: Synapse, folder: Path) -> None:
        self.person = Person(server, "unhcr-duty", folder / "duty")
        self.muster = server.account("muster")
        self.room = ""

    async def declares(self) -> IncidentKey:
        """In a room of her own, where Muster comes when she invites it; she is brought into the incident's."""
        made = await self.person.client.room_create(invite=[self.muster], initial_state=[ENCRYPTED])
        await self.person.until_there(made.room_id, self.muster)
        await self.person.say(made.room_id, '!incident declare ransomware "Files are being encrypted"')

        async def opened() -> IncidentKey | None:
            await self.person.sync()
            for id, room in self.person.client.rooms.items():
                if room.encrypted and (
                    found := re.search(r"inc-\d{4}-\d{4}$", (room.display_name or "").lower())
                ):
                    self.room = id
                    return IncidentKey(found[0].upper())
            return None

        key = await until(opened, "the incident's room is open")
        await self.person.until_there(self.room, self.muster)
        return key

    async def updates(self, name: str) -> None:
        for number in range(LINES):
            await self.person.say(self.room, f"!incident update {name} {number:02}.")

    async def reads(self, words: str) -> None:
        async def told() -> bool:
            await self.person.sync()
            return bool(self.posts(words))

        await until(told, f"“{words}” is posted")

    def posts(self, words: str) -> list[str]:
        """What Muster posted in the room itself, beside its answers in threads."""
        own = (each for each in self.person.read if each.sender == self.muster and each.decrypted)
        posts = [each.body for each in own if "m.relates_to" not in each.source["content"]]
        return [body for body in posts if words in body]


@asynccontextmanager
async def at_work(data: Path, server: Synapse, duty: Duty, ciso: str) -> AsyncIterator[House]:
    """PostgreSQL and Temporal, and an installation of which both people are known."""
    folder = data.parent
    (folder / "muster.token").write_text(server.token("muster", "MUSTER"))
    (folder / "store.key").write_text("a key of this test")
    (folder / "connections.yaml").write_text(CONNECTION.format(url=server.url, folder=folder))
    people = (files("playbooks.directory") / "demo_people.yaml").read_text("utf-8")
    for who, account in (("unhcr-duty", duty.person.account), ("unhcr-ciso", ciso)):
        people = people.replace(f"id: {who},", f'id: {who}, identities: {{matrix: "{account}"}},')
    (folder / "people.yaml").write_text(people, "utf-8")
    async with house(data, connections=folder / "connections.yaml", directory=folder / "people.yaml") as home:
        yield home


async def holder(muster: Installation, *, but: int = 0) -> int:
    """The process that speaks for the device."""

    async def held() -> int | None:
        listing = {each.name: each for each in await muster.leases.listing()}
        if LEASE not in listing or not listing[LEASE].held:
            return None
        pid = int(listing[LEASE].holder.rpartition("/")[2])
        return pid if pid != but else None

    return await until(held, "somebody speaks for the device")


async def test_whoever_speaks_is_replaced_when_it_is_killed_or_stalls_and_every_message_is_there_once(
    fault_data: Path, server: Synapse
) -> None:
    duty, name = Duty(server, fault_data.parent), "unhcr-ciso"
    ciso, token = server.account(name), server.token(name, "ELEMENT")
    async with (
        at_work(fault_data, server, duty, ciso) as home,
        installation(home.settings) as muster,
        js_client(server.url, ciso, token, "ELEMENT") as element,
        AsyncExitStack() as workers,
    ):
        workers.push_async_callback(duty.person.client.close)
        await asyncio.gather(*(workers.enter_async_context(home.beside(Part.WORKER)) for _ in range(3)))
        await duty.declares()
        first = await holder(muster)

        saying = asyncio.create_task(duty.updates("Killed"))
        await duty.reads("Killed 01.")
        os.kill(first, signal.SIGKILL)
        killed_at = time.monotonic()
        second = await holder(muster, but=first)
        await saying
        await duty.reads(f"Killed {LINES - 1:02}.")
        assert time.monotonic() - killed_at < MOST_S

        saying = asyncio.create_task(duty.updates("Stalled"))
        await duty.reads("Stalled 01.")
        os.kill(second, signal.SIGSTOP)
        third = await holder(muster, but=second)
        await duty.reads("Stalled 03.")
        os.kill(second, signal.SIGCONT)
        await saying
        await duty.reads(f"Stalled {LINES - 1:02}.")
        assert await holder(muster) == third

        expected = [f"{name} {number:02}." for name in ("Killed", "Stalled") for number in range(LINES)]
        assert {words: len(duty.posts(words)) for words in expected} == dict.fromkeys(expected, 1)
        assert not duty.person.unread
        assert await element.until("read", expected[-1])
