"""The sequencer: nothing committed is missed, nothing twice, whoever dies and whenever."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import psycopg
import pytest

from integrations.postgres.append import append_entries
from integrations.postgres.database import Pool, transaction
from integrations.postgres.keys import SigningKeys
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import Sequencer, integrate
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.ports.record import Placed
from tests.record_samples import KEY, entry

OTHER = IncidentKey("INC-2026-0002")


async def placed(pool: Pool, incident: IncidentKey | None = KEY) -> list[Placed]:
    return [each async for each in PostgresRecord(pool).entries(incident)]


async def all_placed(pool: Pool, number: int, incident: IncidentKey | None = KEY) -> list[Entry]:
    """The entries, once that many have a position, which are 1, 2, 3 ..."""
    async with asyncio.timeout(60):
        while True:
            found = await placed(pool, incident)
            if len(found) == number and found[-1][0] is not None:
                assert [position for position, _ in found] == list(range(1, number + 1))
                return [each for _, each in found]
            await asyncio.sleep(0.01)


async def test_entries_are_positioned_in_the_order_they_came(pool: Pool, keys: SigningKeys) -> None:
    record = PostgresRecord(pool)
    await record.append([entry(n) for n in range(5)])
    assert [position for position, _ in await placed(pool)] == [None] * 5
    assert await integrate(pool, keys) == 5
    await record.append([entry(9)])
    assert await placed(pool) == [*((n + 1, entry(n)) for n in range(5)), (None, entry(9))]
    assert await integrate(pool, keys) == 1
    assert await integrate(pool, keys) == 0


async def test_each_tree_counts_for_itself_and_its_head_is_a_leaf_of_the_log(
    pool: Pool, keys: SigningKeys
) -> None:
    await PostgresRecord(pool).append([entry(1), entry(1, OTHER), entry(2), entry(1, None)])
    await integrate(pool, keys)
    assert [position for position, _ in await placed(pool, KEY)] == [1, 2]
    assert [position for position, _ in await placed(pool, OTHER)] == [1]
    assert [position for position, _ in await placed(pool, None)] == [1]
    async with transaction(pool) as connection:
        heads = await (
            await connection.execute("SELECT tree, size, log_position FROM head ORDER BY 3")
        ).fetchall()
        signed = await (await connection.execute("SELECT size FROM signed_head")).fetchall()
    assert heads == [(KEY, 2, 2), (OTHER, 1, 3)]
    assert signed == [(3,)]


async def test_a_late_commit_is_not_lost(pool: Pool, keys: SigningKeys) -> None:
    async with transaction(pool) as connection:
        await append_entries(connection, [entry(1)])
        await PostgresRecord(pool).append([entry(2)])
        assert await integrate(pool, keys) == 1
    assert await integrate(pool, keys) == 1
    assert await placed(pool) == [(1, entry(2)), (2, entry(1))]


@pytest.fixture
def no_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sequencer that goes by announcements alone: its next round would be tomorrow."""
    monkeypatch.setattr("integrations.postgres.sequencer.EVERY", timedelta(days=1))


async def test_an_entry_is_integrated_as_soon_as_it_is_announced(
    no_rounds: None, pool: Pool, sequencer: None
) -> None:
    record = PostgresRecord(pool)
    for number in range(10):
        await record.append([entry(number)])
        await all_placed(pool, number + 1)


async def test_many_writers_and_two_sequencers_without_a_lease(pool: Pool, keys: SigningKeys) -> None:
    record = PostgresRecord(pool)

    async def drain() -> None:
        while True:
            await integrate(pool, keys, limit=3)

    async with asyncio.timeout(60):
        drains = [asyncio.create_task(drain()) for _ in range(2)]
        await asyncio.gather(*(record.append([entry(n), entry(n, OTHER)]) for n in range(60)))
        found = await all_placed(pool, 60), await all_placed(pool, 60, OTHER)
        assert not any(task.done() for task in drains)
        for task in drains:
            task.cancel()
        await asyncio.gather(*drains, return_exceptions=True)
    for entries in found:
        assert sorted(each.data["number"] for each in entries) == list(range(60))


async def test_another_sequencer_takes_over_from_one_that_died(pool: Pool, keys: SigningKeys) -> None:
    leases, record, ttl = PostgresLeases(pool), PostgresRecord(pool), timedelta(milliseconds=500)
    async with transaction(pool) as connection:  # one that never renews: its machine is gone
        await connection.execute(
            "INSERT INTO lease VALUES ('sequencer', 'dead', 1, clock_timestamp() + %s)", (ttl,)
        )
    await record.append([entry(1)])
    running = [
        asyncio.create_task(Sequencer(pool, leases, keys, holder=name, ttl=ttl).run()) for name in ("a", "b")
    ]
    await all_placed(pool, 1)
    assert (await leases.listing())[0].token == 2
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


async def test_a_sequencer_that_lost_its_lease_writes_nothing(pool: Pool, keys: SigningKeys) -> None:
    await PostgresRecord(pool).append([entry(1)])
    async with PostgresLeases(pool).hold("sequencer", "a", timedelta(seconds=30)) as lease:
        async with transaction(pool) as connection:
            await connection.execute("UPDATE lease SET token = token + 1")
        assert await integrate(pool, keys, lease=lease) == 0
        assert lease.lost.is_set()
    assert await placed(pool) == [(None, entry(1))]


async def test_a_batch_cut_off_before_any_of_its_statements_leaves_nothing(
    pool: Pool, keys: SigningKeys, database: str
) -> None:
    """The server ends the sequencer's connection when it comes to each table in turn."""
    record = PostgresRecord(pool)
    steps = [
        ("leaf", "INSERT"),
        ("head", "INSERT"),
        ("tree", "UPDATE"),
        ("signed_head", "INSERT"),
        ("arrival", "DELETE"),
    ]
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(
            "CREATE FUNCTION die() RETURNS trigger SECURITY DEFINER LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN OLD; END $$"
        )
        for number, (table, act) in enumerate(steps):
            await record.append([entry(number)])
            await connection.execute(
                f"CREATE TRIGGER die BEFORE {act} ON {table} EXECUTE FUNCTION die()".encode()
            )
            with pytest.raises(Exception, match="does not answer"):
                await integrate(pool, keys)
            assert all(position is None for position, _ in await placed(pool))
            await connection.execute(f"DROP TRIGGER die ON {table}".encode())
    assert await integrate(pool, keys) == len(steps)
    assert [each for _, each in await placed(pool)] == [entry(n) for n in range(len(steps))]


async def test_reading_while_entries_are_integrated_tells_each_once(pool: Pool, keys: SigningKeys) -> None:
    record = PostgresRecord(pool)
    await record.append([entry(n) for n in range(30)])

    async def work() -> None:
        while await integrate(pool, keys, limit=1):
            pass

    working = asyncio.create_task(work())
    while not working.done():
        found = await placed(pool)
        assert sorted(each.data["number"] for _, each in found) == list(range(30))
        positions = [position for position, _ in found if position is not None]
        assert all(after == before + 1 for before, after in pairwise(positions))
    await working
