"""The sequencer: gives committed entries their place in the trees and signs the installation's head.

One transaction a batch, so that a kill at any point leaves either the whole batch integrated or none of it.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime, timedelta

from psycopg.rows import TupleRow

from integrations.postgres.announcing import notify
from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.growth import Growth
from integrations.postgres.keys import SigningKeys
from integrations.postgres.lease import fence
from integrations.postgres.notices import ARRIVED, INTEGRATED, listen
from integrations.postgres.roles import SEQUENCER, become
from playbooks.domain.entry import in_milliseconds
from playbooks.domain.errors import Unavailable
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.merkle import Frontier
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.ports.lease import Held, Leases

LEASE = "sequencer"
TTL = timedelta(seconds=5)
EVERY = timedelta(seconds=1)
"""How long an arrival may wait whose announcement was lost."""
PAUSE = timedelta(milliseconds=10)
"""How long a wake-up waits for others to join it, so that a burst is one batch with one signature."""
APART = timedelta(milliseconds=50)
"""Between the beginnings of two batches: a head for each entry of a steady flow would cost more than the entries."""
BATCH = 1000

_LOG = "SELECT size, peaks FROM tree WHERE name = 'installation' FOR UPDATE"
_PREVIOUS = "SELECT COALESCE(max(size), 0) FROM signed_head"
# Whatever has committed is here, in whatever order it did: nothing is looked for beyond a last number.
_ARRIVALS = """
SELECT entry.id, entry.tree, entry.commitments FROM arrival JOIN entry ON entry.id = arrival.entry
ORDER BY arrival.seq LIMIT %s
"""
_TREES = "SELECT name, size, peaks FROM tree WHERE name = ANY(%s)"
_LEAVES = """
INSERT INTO leaf (tree, position, hash, entry)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::text[])
"""
_NODES = """
INSERT INTO node (tree, level, index, hash)
SELECT * FROM unnest(%s::text[], %s::smallint[], %s::bigint[], %s::bytea[])
"""
_HEADS = """
INSERT INTO head (tree, size, root, at, log_position)
SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[], %s::timestamptz[], %s::bigint[])
"""
_GROWN = """
INSERT INTO tree (name, size, peaks) SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bytea[])
ON CONFLICT (name) DO UPDATE SET size = excluded.size, peaks = excluded.peaks
"""
_SIGNED = """
INSERT INTO signed_head (size, root, at, previous, key_id, signature) VALUES (%s, %s, %s, %s, %s, %s)
"""
_LEAVE = "DELETE FROM arrival WHERE entry = ANY(%s)"


class Sequencer:
    """Integrates arrivals while it holds the lease."""

    def __init__(
        self, pool: Pool, leases: Leases, keys: SigningKeys, *, holder: str, ttl: timedelta = TTL
    ) -> None:
        self._pool = pool
        self._leases = leases
        self._keys = keys
        self._holder = holder
        self._ttl = ttl
        self._due = 0.0
        """When the next batch may begin, by the clock of the event loop."""

    async def run(self) -> None:
        """Run for ever; wait while another sequencer holds the lease, and when the database is away."""
        while True:
            async with (
                self._leases.hold(LEASE, self._holder, self._ttl) as lease,
                aclosing(listen(self._pool, ARRIVED, every=EVERY)) as hints,
            ):
                async for _ in hints:
                    if not await self._drain(lease):
                        break

    async def _drain(self, lease: Held) -> bool:
        """Integrate all there is; False when the lease is lost."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(PAUSE.total_seconds(), self._due - clock()))
        self._due = clock() + APART.total_seconds()
        try:
            while not lease.lost.is_set():
                if await integrate(self._pool, self._keys, lease=lease) < BATCH:
                    return not lease.lost.is_set()
        except Unavailable:
            return not lease.lost.is_set()
        return False


async def integrate(pool: Pool, keys: SigningKeys, *, lease: Held | None = None, limit: int = BATCH) -> int:
    """Integrate one batch of arrivals in one transaction and return how many; 0 too when the lease is lost.

    Two at once are safe also without a lease: they wait for one another at the installation's tree.
    """
    async with transaction(pool) as connection:
        if lease is not None and not await fence(connection, lease):
            lease.lost.set()
            return 0
        await become(connection, SEQUENCER)
        log = await (await connection.execute(_LOG)).fetchone()
        arrivals = await (await connection.execute(_ARRIVALS, (limit,))).fetchall()
        if log is None or not arrivals:
            return 0
        growth = Growth({INSTALLATION: Frontier.from_bytes(*log), **await _frontiers(connection, arrivals)})
        previous = await (await connection.execute(_PREVIOUS)).fetchone()
        head = growth.integrate(arrivals, _now())
        signed = keys.sign(head, previous[0] if previous else 0)
        await _store(connection, growth, signed, [row[0] for row in arrivals])
        return len(arrivals)


async def _frontiers(connection: Connection, arrivals: Sequence[TupleRow]) -> Mapping[str, Frontier]:
    names = {row[1] for row in arrivals} - {INSTALLATION}
    rows = await (await connection.execute(_TREES, (list(names),))).fetchall()
    return dict.fromkeys(names, Frontier()) | {
        name: Frontier.from_bytes(size, peaks) for name, size, peaks in rows
    }


async def _store(connection: Connection, growth: Growth, signed: SignedHead, entries: list[str]) -> None:
    async with connection.pipeline():
        await connection.execute(_LEAVES, _columns(growth.leaves, 4))
        await connection.execute(_NODES, _columns(growth.nodes, 4))
        await connection.execute(_HEADS, _columns(growth.heads, 5))
        await connection.execute(_GROWN, _columns(growth.trees(), 3))
        await connection.execute(_SIGNED, _signed(signed))
        await connection.execute(_LEAVE, (entries,))
        await notify(connection, ((INTEGRATED, tree) for tree in growth.grown))


def _signed(signed: SignedHead) -> tuple[object, ...]:
    head = signed.head
    return head.size, head.root, head.at, signed.previous, signed.key_id, signed.signature


def _now() -> datetime:
    """Now, in the whole milliseconds that a head is written with."""
    return in_milliseconds(datetime.now(UTC))


def _columns(rows: Sequence[tuple[object, ...]], width: int) -> list[list[object]]:
    return [[row[column] for row in rows] for column in range(width)]
