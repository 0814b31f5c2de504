"""Benchmark (d): entries of the record a second against bare inserts of the same, and what follows an append.

On a database of its own, so that the installation's sequencer does not help.
"""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256

import psycopg
from psycopg.rows import TupleRow

from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import database_beside, until
from bot.composition.installation import Installation
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.record import PostgresRecord
from integrations.postgres.sequencer import Sequencer
from integrations.postgres.vault import Vault
from integrations.postgres.verify import verify_live
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.proof.slots import disclosures, leaf_input

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
_NODE = bytes(65)

Write = Callable[[Entry], Awaitable[None]]


async def measure(muster: Installation) -> list[Figure]:
    """Appending alone, then with a sequencer at work, then how long until integrated, then verifying; under lock."""
    actor = Actor.of(muster.directory.person(PersonId("unhcr-ciso")))
    vault = Vault.at(muster.settings.keys / "entries.json")
    async with database_beside(muster, "benchmark_record") as dsn, open_pool(dsn, vault=vault) as pool:
        async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as login:
            await login.execute("CREATE TABLE bare_entry (id text PRIMARY KEY, entry json)")
        append, bare = _append(pool), _bare(pool)
        figures = [await _rates(writers, append, bare, actor, "") for writers in WRITERS]
        async with _sequencing(muster, pool):
            await until(lambda: _drained(pool))
            figures.append(await _rates(WRITERS[-1], append, bare, actor, ", sequencer at work"))
            await until(lambda: _drained(pool))
            latencies = [await _integrated_after(pool, append, _note(actor)) for _ in range(ARRIVALS)]
        figures.append(alone("record", "integrated and signed after its commit", "ms", latencies))
        figures += await _verifying(muster, pool)
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


async def _verifying(muster: Installation, pool: Pool) -> list[Figure]:
    """Microseconds for an entry, beside reading the same rows, and beside SHA-256 of what is hashed of them."""
    verified, read, hashed = [], [], []
    async with connected(pool) as connection:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            report = await verify_live(connection, muster.keys.public_keys)
            checked = time.perf_counter()
            rows = await (await connection.execute(_ALL)).fetchall()
            ended = time.perf_counter()
            if not report.ok or report.entries != len(rows):
                raise RuntimeError(f"the record of the benchmark does not verify: {report.first_problem}")
            verified.append((checked - began) / len(rows) * 1e6)
            read.append((ended - checked) / len(rows) * 1e6)
            hashed.append(_hashing(rows, connection.vault) / len(rows) * 1e6)
    what = "verified, one entry"
    return [
        compared("record", what, "µs", "reading it", zip(verified, read, strict=True)),
        compared("record", what, "µs", "SHA-256 of its bytes", zip(verified, hashed, strict=True)),
    ]


def _hashing(rows: Sequence[TupleRow], vault: Vault) -> float:
    """Seconds to hash what verifying hashes, once it is there: slots, leaves, and an inner node for each."""
    pieces: list[bytes] = []
    for _, commitments, entry, salts, *values, key in rows:
        pieces += filter(None, disclosures(salts, vault.open(entry, values, salts, key)))
        pieces += (b"\0" + leaf_input(entry, _KEY, commitments), _NODE)
    began = time.perf_counter()
    for piece in pieces:
        sha256(piece).digest()
    return time.perf_counter() - began
