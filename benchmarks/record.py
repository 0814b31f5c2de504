"""Benchmark (d): entries of the record a second against bare inserts of the same, and what follows an append.

On a database of its own, so that the installation's sequencer does not help.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import database_beside, until
from bot.composition.installation import Installation
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import Sequencer
from integrations.postgres.verify import verify_live
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey, PersonId
from playbooks.domain.kinds import Kind

APPENDS = 400
ROUNDS = 3
WRITERS = (1, 8)
ARRIVALS = 30
_AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
_KEY = IncidentKey("INC-2026-9999")
_BARE = "INSERT INTO bare_entry (id, entry) VALUES (%s, %s)"
_ALL = """
SELECT leaf.hash, entry.commitments, body.* FROM leaf JOIN entry ON entry.id = leaf.entry JOIN body USING (entry)
"""

Write = Callable[[Entry], Awaitable[None]]


async def measure(muster: Installation) -> list[Figure]:
    """Appending alone, then with a sequencer at work, then how long until integrated, then verifying."""
    actor = Actor.of(muster.directory.person(PersonId("unhcr-ciso")))
    async with database_beside(muster, "benchmark_record") as dsn, open_pool(dsn) as pool:
        async with connected(pool) as connection:
            await connection.execute("CREATE TABLE bare_entry (id text PRIMARY KEY, entry json)")
        append, bare = _append(pool), _bare(pool)
        figures = [await _rates(writers, append, bare, actor, "") for writers in WRITERS]
        async with _sequencing(muster, pool):
            await until(lambda: _drained(pool))
            figures.append(await _rates(WRITERS[-1], append, bare, actor, ", sequencer at work"))
            await until(lambda: _drained(pool))
            latencies = [await _integrated_after(pool, append, _note(actor)) for _ in range(ARRIVALS)]
        figures.append(alone("record", "integrated and signed after its commit", "ms", latencies))
        figures.append(await _verifying(muster, pool))
    return figures


def _note(actor: Actor) -> Entry:
    return Entry(
        id=EntryId(f"e{uuid.uuid4().hex}"),
        incident=_KEY,
        kind=Kind.NOTE_ADD,
        at=_AT,
        actor=actor,
        subject="incident",
        data={"pinned": False},
        texts={"note": "The file server was cut off from the network; its memory was copied before."},
        audience=("parties",),
    )


def _append(pool: Pool) -> Write:
    record = PostgresRecord(pool)

    async def append(entry: Entry) -> None:
        await record.append([entry])

    return append


def _bare(pool: Pool) -> Write:
    async def insert(entry: Entry) -> None:
        async with connected(pool) as connection:
            await connection.execute(_BARE, (entry.id, entry.model_dump_json()))

    return insert


async def _rates(writers: int, append: Write, bare: Write, actor: Actor, note: str) -> Figure:
    rounds = [
        (await _rate(append, writers, actor), await _rate(bare, writers, actor)) for _ in range(1 + ROUNDS)
    ]
    who = "1 writer" if writers == 1 else f"{writers} writers"
    return compared("record", f"entries appended, {who}{note}", "/s", "bare inserts", rounds[1:])


async def _rate(write: Write, writers: int, actor: Actor) -> float:
    entries = iter([_note(actor) for _ in range(APPENDS)])

    async def writer() -> None:
        for entry in entries:
            await write(entry)

    began = time.perf_counter()
    await asyncio.gather(*(writer() for _ in range(writers)))
    return APPENDS / (time.perf_counter() - began)


@asynccontextmanager
async def _sequencing(muster: Installation, pool: Pool) -> AsyncIterator[None]:
    sequencer = Sequencer(pool, PostgresLeases(pool), muster.keys, holder="benchmark")
    running = asyncio.create_task(sequencer.run())
    try:
        yield
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def _drained(pool: Pool) -> bool | None:
    async with connected(pool) as connection:
        row = await (await connection.execute("SELECT count(*) FROM arrival")).fetchone()
    return True if row == (0,) else None


async def _integrated_after(pool: Pool, append: Write, entry: Entry) -> float:
    await append(entry)
    committed = time.perf_counter()

    async def integrated() -> bool | None:
        async with connected(pool) as connection:
            found = await connection.execute("SELECT 1 FROM leaf WHERE entry = %s", (entry.id,))
            return True if await found.fetchone() else None

    await until(integrated, pause_s=0.001)
    return (time.perf_counter() - committed) * 1000


async def _verifying(muster: Installation, pool: Pool) -> Figure:
    """Microseconds for an entry, beside reading the same rows and doing nothing with them."""
    rounds = []
    async with connected(pool) as connection:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            report = await verify_live(connection, muster.keys.public_keys)
            verified = time.perf_counter()
            read = len(await (await connection.execute(_ALL)).fetchall())
            ended = time.perf_counter()
            if not report.ok or report.entries != read:
                raise RuntimeError(f"the record of the benchmark does not verify: {report.first_problem}")
            rounds.append(((verified - began) / read * 1e6, (ended - verified) / read * 1e6))
    return compared("record", "verified, one entry", "µs", "reading it", rounds)
