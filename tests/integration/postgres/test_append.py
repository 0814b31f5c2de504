"""Appending: each entry once, nobody waits, a reader sees what is committed."""

import asyncio

import psycopg
import pytest

from integrations.postgres.append import append_entries
from integrations.postgres.database import Pool, open_pool, transaction
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.record import PostgresRecord
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.ids import EntryId
from tests.record_samples import KEY, NOON, command, entry, verdict


async def read(record: PostgresRecord, incident: object = KEY) -> list[Entry]:
    return [each async for _, each in record.entries(incident)]  # type: ignore[arg-type]


async def test_an_entry_is_read_back_as_it_was_written(pool: Pool) -> None:
    record = PostgresRecord(pool)
    written = [
        entry(1),
        entry(2, texts={"note": "nul \u0000 and <!channel>"}),
        entry(3, cause=None, audience=()),
    ]
    await record.append(written)
    assert await read(record) == written
    assert await record.entries_by_id([EntryId("INC-2026-0001/3"), EntryId("none")]) == (written[2],)


async def test_the_first_of_an_id_stands(pool: Pool) -> None:
    record = PostgresRecord(pool)
    await record.append([entry(1), entry(1, kind="another")])
    await record.append([entry(1, kind="a third"), entry(2)])
    assert await read(record) == [entry(1), entry(2)]


async def test_many_writers_of_the_same_and_of_other_entries(pool: Pool) -> None:
    record = PostgresRecord(pool)
    await asyncio.gather(*(record.append([entry(n), entry(n % 7)]) for n in range(50)))
    assert sorted(each.id for each in await read(record)) == sorted(entry(n).id for n in range(50))


async def test_a_verdict_and_its_entries_are_stored_together_and_once(pool: Pool) -> None:
    record, ledger = PostgresRecord(pool), PostgresLedger(pool)
    await ledger.enter(command())
    await record.append([entry(1)], verdict=(command().id, verdict(entry(1))))
    await record.append([entry(1)], verdict=(command().id, verdict()))
    assert await ledger.enter(command()) == verdict(entry(1))


async def test_nothing_is_recorded_when_the_transaction_around_it_fails(pool: Pool) -> None:
    async def fail() -> None:
        async with transaction(pool) as connection:
            await append_entries(connection, [entry(1)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await read(PostgresRecord(pool)) == []


async def test_a_writer_does_not_wait_for_another_that_has_not_committed(pool: Pool) -> None:
    async with transaction(pool) as connection:
        await append_entries(connection, [entry(1)])
        await asyncio.wait_for(PostgresRecord(pool).append([entry(2)]), timeout=30)
    assert {each.id for each in await read(PostgresRecord(pool))} == {entry(1).id, entry(2).id}


async def test_what_has_no_canonical_form_is_refused(pool: Pool) -> None:
    with pytest.raises(Malformed, match="cannot be recorded"):
        await PostgresRecord(pool).append([entry(1, data={"not": float("nan")})])


async def test_changes_tell_of_an_append(pool: Pool) -> None:
    record = PostgresRecord(pool)
    changes = record.changes()
    assert await anext(changes) == ""
    await record.append([entry(1)])
    assert await asyncio.wait_for(anext(changes), timeout=30) == KEY


async def test_the_last_hints_are_given_before_the_pool_closes(pool: Pool, database: str) -> None:
    changes = PostgresRecord(pool).changes()
    assert await anext(changes) == ""
    async with open_pool(database) as brief:
        await PostgresRecord(brief).append([entry(1)])
    assert await asyncio.wait_for(anext(changes), timeout=30) == KEY


async def test_two_writers_of_the_same_entries_never_wait_crosswise(pool: Pool) -> None:
    record, some = PostgresRecord(pool), [entry(n) for n in range(20)]
    await asyncio.gather(*(record.append(some[::way]) for way in (1, -1) * 10))
    assert sorted(each.id for each in await read(record)) == sorted(each.id for each in some)


async def test_entries_stand_in_the_order_in_which_they_were_given(pool: Pool) -> None:
    record, some = PostgresRecord(pool), [entry(n) for n in (3, 1, 12, 2, 11)]
    await record.append(some)
    assert await read(record) == some


async def test_listening_goes_on_after_its_connection_was_ended(pool: Pool, database: str) -> None:
    record = PostgresRecord(pool)
    changes = record.changes()
    assert await anext(changes) == ""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
    assert await asyncio.wait_for(anext(changes), timeout=30) == ""
    assert await asyncio.wait_for(anext(changes), timeout=30) == ""
    await record.append([entry(1)])
    assert await asyncio.wait_for(anext(changes), timeout=30) == KEY


async def test_after_the_server_ended_every_connection_whoever_writes_next_notices_nothing(
    pool: Pool, database: str
) -> None:
    record = PostgresRecord(pool)
    await asyncio.gather(*(record.append([entry(n)]) for n in range(8)))  # several connections, idle now
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    await record.append([entry(8)])
    assert len(await read(record)) == 9


async def test_a_database_that_is_away_is_said_to_be() -> None:
    pool = open_pool("host=/nowhere dbname=none")
    pool.timeout = 0.2
    async with pool:
        with pytest.raises(Unavailable, match="does not answer"):
            await PostgresRecord(pool).append([entry(1, at=NOON)])


async def test_entries_that_come_together_share_transactions(pool: Pool) -> None:
    record = PostgresRecord(pool)
    await record.append([entry(0)])
    before = await commits(pool)
    await asyncio.gather(*(record.append([entry(n)]) for n in range(1, 101)))
    assert {each.id for each in await read(record)} == {entry(n).id for n in range(101)}
    assert await commits(pool) - before < 50, "two go at once by themselves, the others together"


async def test_an_entry_that_cannot_be_stored_keeps_no_other_from_it(pool: Pool) -> None:
    record = PostgresRecord(pool)
    spoilt = entry(3, id=EntryId("no\u0000id"))
    given = [spoilt if n == 3 else entry(n) for n in range(8)]
    outcomes = await asyncio.gather(*(record.append([each]) for each in given), return_exceptions=True)
    assert [n for n, outcome in enumerate(outcomes) if outcome is not None] == [3]
    assert {each.id for each in await read(record)} == {entry(n).id for n in range(8) if n != 3}


async def test_whoever_goes_while_she_waits_keeps_nobody_waiting(pool: Pool) -> None:
    record = PostgresRecord(pool)
    tasks = [asyncio.create_task(record.append([entry(n)])) for n in range(8)]
    await asyncio.sleep(0)
    for task in tasks[::2]:
        task.cancel()
    await asyncio.wait_for(asyncio.gather(*tasks[1::2]), timeout=30)
    assert {entry(n).id for n in range(1, 8, 2)} <= {each.id for each in await read(record)}


async def commits(pool: Pool) -> int:
    """How many transactions wrote rows of entries: each has an id of its own."""
    async with transaction(pool) as connection:
        row = await (await connection.execute("SELECT count(DISTINCT xmin::text) FROM entry")).fetchone()
    assert row is not None
    return int(row[0])
