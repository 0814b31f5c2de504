"""The whole story with two homeservers that federate: UNHCR's people are on one, WFP's on the other.

Both organizations have their rooms on the first, as where a provider hosts Muster's accounts; who somebody of WFP is,
WFP's own server says. The Secretariat and UNICC are in the web room.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from importlib.resources import files
from pathlib import Path
from typing import Final

import psycopg
import pytest
import pytest_asyncio
from nio import RoomMessage
from psycopg.conninfo import make_conninfo

from bot.composition.web import chat_fronts
from bot.embedded import EmbeddedPostgres
from playbooks.domain.ids import IncidentKey
from tests.contract.matrix_house import Person
from tests.synapse import Synapse, synapse
from tests.workflows.house import House, until
from tests.workflows.house import house as at_work
from tests.workflows.story import Story, play

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="session")]

UNHCR: Final = ("unhcr-ciso", "unhcr-duty")
WFP: Final = ("wfp-ciso", "wfp-duty")
CONNECTION = """
  - organization: {organization}
    vendor: matrix
    url: {url}
    credentials: {{token: "file:{folder}/{name}.token", store_key: "file:{folder}/store.key"}}
    ceiling: TLP:AMBER+STRICT
    place: {name}-
"""


ENCRYPTED: Final = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


class OnMatrix(Story):
    """Who has a client types there and reads there; everybody else is in the web room."""

    def __init__(self, house: House, people: dict[str, Person], muster: dict[str, str]) -> None:
        super().__init__(house)
        self._people = people
        self._muster = muster
        """Muster's account for each of them."""

    async def types(self, who: str, line: str, key: IncidentKey | None = None) -> str:
        person = self._people.get(who)
        if person is None:
            return await super().types(who, line, key)
        room = await self._room(who, person, key)
        before = len(person.read)
        said = await person.say(room, f"!incident {key} {line}" if key else f"!incident {line}")

        async def answered() -> str | None:
            """In the line's thread; or, what others there may not read, in a room of hers and Muster's alone."""
            await self._synced()
            new = [each for each in person.read[before:] if each.sender == self._muster[who]]
            answer = next((each.body for each in new if _thread(each) == said), "")
            if "Answered in private" not in answer:
                return answer
            return next((each.body for each in new if f"{key}: " in each.body and not _thread(each)), None)

        return await until(answered, f"{who} is answered “{line}”")

    async def reads(self, who: str, key: IncidentKey, words: str) -> None:
        person = self._people.get(who)
        if person is None:
            await super().reads(who, key, words)
            return

        async def told() -> bool:
            await self._synced()
            return any(words in each.body and each.decrypted for each in person.read)

        await until(told, f"{who} reads “{words}” in a room")

    async def joins(self, who: str, organization: str, key: IncidentKey) -> None:
        """Whoever has a client has read there by then that her organization is invited."""
        if who in self._people:
            await self.reads(who, key, f"invited {organization}")
        await super().joins(who, organization, key)

    async def _synced(self) -> None:
        """Everybody's client is on all the time."""
        await asyncio.gather(*(person.sync() for person in self._people.values()))

    async def _room(self, who: str, person: Person, key: IncidentKey | None) -> str:
        """The incident's encrypted room that Muster opened and brought her into; before there is one, her own."""
        name = key.casefold() if key else ""

        async def found() -> str | None:
            rooms = (room for room in person.client.rooms.values() if room.encrypted)
            there = (room for room in rooms if self._muster[who] in set(room.users) - set(room.invited_users))
            known = next((room.room_id for room in there if (room.display_name or "").endswith(name)), None)
            if known is None:
                await self._synced()
            return known

        return await until(found, f"{who} is in a room of {key or 'her own'} with Muster")


def _thread(message: RoomMessage) -> str:
    return str(message.source["content"].get("m.relates_to", {}).get("event_id", ""))


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Synapse, Synapse]]:
    folders = [tmp_path_factory.mktemp(name) for name in ("unhcr", "wfp")]
    with ExitStack() as stack, ThreadPoolExecutor() as side_by_side:
        both = (synapse(folder, federates=True) for folder in folders)
        unhcr, wfp = side_by_side.map(stack.enter_context, both)
        yield unhcr, wfp


@pytest_asyncio.fixture(loop_scope="session")
async def story(
    servers: tuple[Synapse, Synapse],
    postgres: EmbeddedPostgres,
    template: str,
    temporal_address: str,
    tmp_path: Path,
) -> AsyncIterator[OnMatrix]:
    """An installation at work that listens on both accounts, and four people with clients of their own."""
    first, second = servers
    people = {
        **{who: Person(first, who, tmp_path / who) for who in UNHCR},
        **{who: Person(second, who, tmp_path / who) for who in WFP},
    }
    database = await _database(postgres, template)
    namespace = f"story-{uuid.uuid4().hex[:8]}"
    connections, directory = _connections(tmp_path, first), _directory(tmp_path, people)
    data = tmp_path / "data"
    async with (
        at_work(data, database, temporal_address, namespace, connections, directory) as house,
        chat_fronts(house.muster).listening(),
    ):
        muster = {who: first.account(f"muster-{who.partition('-')[0]}") for who in people}
        duty = people["wfp-duty"].client
        await duty.room_create(invite=[muster["wfp-duty"]], initial_state=[ENCRYPTED])
        yield OnMatrix(house, people, muster)
        for person in people.values():
            await person.client.close()


async def _database(postgres: EmbeddedPostgres, template: str) -> str:
    name = f"story_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    return make_conninfo(postgres.dsn, dbname=name)


def _connections(folder: Path, server: Synapse) -> Path:
    """An account of each organization on the same server."""
    (folder / "store.key").write_text("a key of this test")
    for organization in ("unhcr", "wfp"):
        (folder / f"{organization}.token").write_text(server.token(f"muster-{organization}", "MUSTER"))
    path = folder / "connections.yaml"
    entries = (
        CONNECTION.format(organization=code, name=code.lower(), url=server.url, folder=folder)
        for code in ("UNHCR", "WFP")
    )
    path.write_text("connections:" + "".join(entries))
    return path


def _directory(folder: Path, people: dict[str, Person]) -> Path:
    """The people of the demo, four of them with their accounts."""
    said = (files("playbooks.directory") / "demo_people.yaml").read_text("utf-8")
    for who, person in people.items():
        said = said.replace(f"id: {who},", f'id: {who}, identities: {{matrix: "{person.account}"}},')
    path = folder / "people.yaml"
    path.write_text(said, "utf-8")
    return path


async def test_an_attack_on_several_organizations_is_answered_as_one_over_two_homeservers(
    story: OnMatrix,
) -> None:
    await play(story)
