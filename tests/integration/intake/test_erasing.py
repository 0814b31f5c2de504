"""Alerts are erased with what carried them, and what carried alerts of an incident under a legal hold stays."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from integrations.postgres.database import Pool, connected, open_pool, transaction
from integrations.postgres.erasing_alerts import erase_alerts
from integrations.postgres.record import PostgresRecord
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.integration.intake.house import House, alert
from tests.record_samples import entry


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened


@pytest.fixture
def house(pool: Pool) -> House:
    return House(pool)


async def erase(pool: Pool, group: str) -> None:
    async with transaction(pool) as connection:
        await erase_alerts(connection, group)


async def bodies(pool: Pool) -> int:
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT count(body) FROM delivery")).fetchone()
        return int(row[0]) if row else -1


async def hold(pool: Pool, number: int, key: IncidentKey, kind: Kind = Kind.HOLD_PLACE) -> None:
    await PostgresRecord(pool).append([entry(number, key, kind=kind)])


async def test_a_group_s_alerts_go_with_every_request_that_carried_them_and_are_still_counted(
    house: House, pool: Pool
) -> None:
    for _ in range(2):
        await house.send(alert(1))
        await house.settle()
    [group] = await house.all_groups()
    await erase(pool, group.id)
    assert await bodies(pool) == 0
    assert await house.groups.alerts(group.id) == []
    [after] = await house.all_groups()
    assert (after.title, after.because, after.arrivals) == ("", "", group.arrivals)


async def test_the_titles_of_groups_that_were_merged_into_it_go_too(house: House, pool: Pool) -> None:
    for number in (1, 2):
        await house.send(alert(number, host=f"srv-{number}", title="Somebody by name"))
        await house.settle()
    first, second = await house.all_groups()
    await house.decide("triage.merge", first.id, second.id)
    into = next(each for each in await house.all_groups() if each.status == "triage")
    await erase(pool, into.id)
    assert {each.title for each in await house.all_groups()} == {""}


async def test_what_also_carried_alerts_of_a_held_incident_stays_until_the_hold_is_lifted(
    house: House, pool: Pool
) -> None:
    await house.send(alert(1, host="srv-1", title="Somebody by name"), alert(2, host="srv-2"))
    await house.settle()
    [ours] = [each for each in await house.all_groups() if each.incident is None]
    [theirs] = [each for each in await house.all_groups() if each.incident is not None]
    assert theirs.incident is not None
    await hold(pool, 1, theirs.incident)
    await erase(pool, ours.id)
    assert await house.groups.alerts(ours.id) == []
    assert await bodies(pool) == 1
    await hold(pool, 2, theirs.incident, Kind.HOLD_LIFT)
    late = house.now + timedelta(days=200)
    assert await house.groups.forget(before=late, quiet_since=house.now - timedelta(days=1)) == 1
    assert await bodies(pool) == 0


async def test_old_bodies_are_dropped_and_those_of_held_incidents_are_not(house: House, pool: Pool) -> None:
    await house.send(alert(1))
    await house.settle()
    [group] = await house.all_groups()
    assert group.incident is not None
    await hold(pool, 1, group.incident)
    late = house.now + timedelta(days=200)
    await house.groups.forget(before=late, quiet_since=house.now - timedelta(days=1))
    assert await bodies(pool) == 1
    await hold(pool, 2, group.incident, Kind.HOLD_LIFT)
    await house.groups.forget(before=late, quiet_since=house.now - timedelta(days=1))
    assert await bodies(pool) == 0


async def test_what_was_set_aside_is_dropped_with_the_bodies(house: House, pool: Pool) -> None:
    await house.intake.set_aside("soc", b"{half", "It is no JSON.", house.now)
    assert await house.groups.forget(before=house.now, quiet_since=house.now) == 0
    assert await house.groups.forget(before=house.now + timedelta(seconds=1), quiet_since=house.now) == 1
