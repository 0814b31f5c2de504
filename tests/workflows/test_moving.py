"""A room moves out of band, durably and through the door: on the real Temporal and the real PostgreSQL."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import make_conninfo

from bot.embedded import EmbeddedPostgres
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.things import Thing
from playbooks.domain.command import Outcome
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, IncidentKey, OrganizationCode
from tests.workflows.house import House, until
from tests.workflows.house import house as at_work

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
SLACK = ConnectionId("unhcr/chat")
UNHCR = OrganizationCode("UNHCR")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def away(
    postgres: EmbeddedPostgres, template: str, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """A house of its own: what is declared compromised is so for all of its incidents."""
    name = f"away_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    data: Path = tmp_path_factory.mktemp("away")
    database = make_conninfo(postgres.dsn, dbname=name)
    async with at_work(data, database, temporal_address, f"away-{uuid.uuid4().hex[:8]}") as home:
        yield home


async def entries_of(house: House, key: IncidentKey) -> list[Entry]:
    return [entry async for _position, entry in house.muster.record.entries(key)]


async def room(house: House, key: IncidentKey, name: str) -> Thing:
    async def opened() -> Thing | None:
        rooms = house.muster.world.things(SLACK, "room")
        return next((each for each in rooms if each.state["name"] == name and each.state["members"]), None)

    return await until(opened, f"{name} is open and somebody is in it")


async def mailed(house: House, key: IncidentKey) -> Thing:
    async def written() -> Thing | None:
        mails = house.muster.world.things("unhcr/mail", "mail")
        return next((mail for mail in mails if f"/rooms/{key}" in mail.state["text"]), None)

    return await until(written, f"people are written to about {key}")


async def seated(house: House, key: IncidentKey, connection: str) -> None:
    async def there() -> bool:
        return (await house.case(key)).state.room(UNHCR).connection == connection

    await until(there, f"the room of {key} is on {connection or 'the web'}")


async def test_a_compromised_platform_is_told_nothing_and_commands_nothing_until_it_is_trusted_again(
    away: House,
) -> None:
    world, key, other = away.muster.world, await away.declared(), await away.declared()
    first = await room(away, key, key.lower())
    await room(away, other, other.lower())
    await away.do(
        "unhcr-ciso", "move", key, connection="web", texts={"reason": "A stranger is administrator"}
    )
    mail = await mailed(away, key)
    assert "unhcr-duty" in mail.state["to"]
    await seated(away, other, "")  # the watchdog: what holds for one incident holds for all
    heard = len([each for each in world.things(SLACK, "message") if each.state["room"] == first.ref])
    later = await away.declared()
    await seated(
        away, later, ""
    )  # one declared only now never had a room there, and people are called all the same
    await mailed(away, later)

    await away.do("unhcr-ciso", "update", key, texts={"text": "We go on elsewhere"})
    for verb, incident in (("severity", key), ("severity", other), ("declare", None)):
        forged = away.command("unhcr-ciso", verb, incident, severity="low", texts={"title": "A lure"})
        forged = forged.model_copy(update={"actor": forged.actor.model_copy(update={"via": SLACK})})
        verdict = await away.gateway.submit(forged)
        assert (verdict.outcome, verdict.code) == (Outcome.REFUSED, "untrusted")
    noted = [each.data for each in await entries_of(away, key) if each.data.get("rule") == "untrusted"]
    assert [each["connection"] for each in noted] == [SLACK], "what came from there is marked in the record"

    await away.do("unhcr-ciso", "move", key, connection=SLACK)
    again = await room(away, key, f"{key.lower()}-2")

    async def begun() -> bool:
        messages = [each for each in world.things(SLACK, "message") if each.state["room"] == again.ref]
        return any("Who does what" in each.state["text"] for each in messages)

    await until(begun, "it begins with how things stand")
    old = [each for each in world.things(SLACK, "message") if each.state["room"] == first.ref]
    assert len(old) == heard, "nothing was said in the room that was left"
    await away.do("unhcr-ciso", "severity", key, severity="low")


async def test_a_silent_platform_is_left_by_itself_and_a_lost_temporal_loses_no_part_of_it(
    away: House,
) -> None:
    world, key = away.muster.world, await away.declared()
    await room(away, key, key.lower())
    world.switch_on(
        Rule(connection=SLACK, fault=FaultKind.OUTAGE),
        Rule(connection="unhcr/mail", fault=FaultKind.OUTAGE),
    )
    try:
        await seated(away, key, "")
        await away.lose(key)
    finally:
        world.switch_off()
    await away.do("unhcr-duty", "note", key, texts={"text": "Begun again from the record"})
    await mailed(away, key)
    assert (await away.case(key)).state.distrusted == (), "what was down is not hostile"
