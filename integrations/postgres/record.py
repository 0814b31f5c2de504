"""The record in PostgreSQL: appends are plain inserts, no lock is shared between writers."""

import json
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any, cast

from psycopg.rows import TupleRow
from psycopg.types.json import Json

from integrations.postgres.database import Connection, Pool, connected
from integrations.postgres.notices import ARRIVED, INTEGRATED, listen, notify
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.slots import SALT_BYTES, SLOTS, Sealed, seal, tree_of, unseal
from playbooks.ports.record import Placed, Settlement

_PAGE = 500
_APPEND = f"""
WITH given AS (
    SELECT * FROM unnest(%s::text[], %s::text[], %s::bytea[], %s::bytea[], {", ".join(["%s::text[]"] * len(SLOTS))})
        WITH ORDINALITY AS given (id, tree, commitments, salts, {", ".join(SLOTS)}, nr)
), new AS (
    INSERT INTO entry (id, tree, commitments) SELECT id, tree, commitments FROM given
    ON CONFLICT DO NOTHING RETURNING id
), bodies AS (
    INSERT INTO body (entry, salts, {", ".join(SLOTS)})
    SELECT id, salts, {", ".join(SLOTS)} FROM given JOIN new USING (id)
)
INSERT INTO arrival (entry) SELECT id FROM given JOIN new USING (id) ORDER BY nr
"""
_SETTLE = "UPDATE command SET verdict = %s, decided_at = clock_timestamp() WHERE id = %s AND verdict IS NULL"
_COLUMNS = ", ".join(f"body.{slot}" for slot in SLOTS)
_PLACED = f"""
SELECT leaf.position, entry.id, entry.tree, {_COLUMNS}
FROM leaf JOIN entry ON entry.id = leaf.entry JOIN body ON body.entry = entry.id
WHERE leaf.tree = %s AND leaf.position > %s ORDER BY leaf.position LIMIT {_PAGE}
"""
_ARRIVED = f"""
SELECT NULL, entry.id, entry.tree, {_COLUMNS}
FROM arrival JOIN entry ON entry.id = arrival.entry JOIN body ON body.entry = entry.id
WHERE entry.tree = %s ORDER BY arrival.seq
"""
_BY_ID = f"""
SELECT NULL, entry.id, entry.tree, {_COLUMNS} FROM entry JOIN body ON body.entry = entry.id WHERE entry.id = ANY(%s)
"""


async def append_entries(
    connection: Connection, entries: Sequence[Entry], verdict: Settlement | None = None
) -> None:
    """Append within the caller's transaction; the caller announces the entries once it is committed."""
    if entries:
        await connection.execute(
            _APPEND, _columns(list({entry.id: entry for entry in reversed(entries)}.values())[::-1])
        )
    if verdict is not None:
        command, judged = verdict
        await connection.execute(_SETTLE, (Json(judged.model_dump(mode="json")), command))


def _columns(entries: Sequence[Entry]) -> list[list[Any]]:
    sealed = [seal(entry, _salts()) for entry in entries]
    return [
        [each.id for each in sealed],
        [each.tree for each in sealed],
        [_joined(each, each.commitments) for each in sealed],
        [_joined(each, each.salts) for each in sealed],
        *([each.values[slot] for each in sealed] for slot in SLOTS),
    ]


def _salts() -> list[bytes]:
    drawn = secrets.token_bytes(SALT_BYTES * len(SLOTS))
    return [drawn[at : at + SALT_BYTES] for at in range(0, len(drawn), SALT_BYTES)]


class Recording:
    """A transaction that appends to the record beside its own work."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self._hints: set[tuple[str, str]] = set()

    async def append(self, entries: Sequence[Entry], verdict: Settlement | None = None) -> None:
        """Append as part of this transaction."""
        await append_entries(self.connection, entries, verdict)
        for entry in entries:
            self.hint(ARRIVED, tree_of(entry.incident))

    def hint(self, channel: str, payload: str = "") -> None:
        """Give listeners of a channel a hint once this transaction is committed."""
        self._hints.add((channel, payload))

    async def announce(self) -> None:
        """Wake the sequencer, the relays and whoever watches these incidents."""
        await notify(self.connection, self._hints)


@asynccontextmanager
async def recording(pool: Pool) -> AsyncIterator[Recording]:
    """One transaction, committed on leaving and then announced. Raises Unavailable.

    Announced after the commit, not in it: a NOTIFY inside would make every writer's commit wait for the one before.
    """
    async with connected(pool) as connection:
        writing = Recording(connection)
        async with connection.transaction():
            yield writing
        await writing.announce()


class PostgresRecord:
    """The record port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        async with recording(self._pool) as writing:
            await writing.append(entries, verdict)

    async def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port; reads page by page, so that no connection is kept while the caller works."""
        tree = tree_of(incident)
        while page := await self._fetch(_PLACED, (tree, after)):
            for row in page:
                yield _placed(row)
            after = page[-1][0]
        waiting = await self._fetch(_ARRIVED, (tree,))
        # What was integrated between the two reads would otherwise be told by neither.
        for row in await self._fetch(_PLACED, (tree, after)):
            yield _placed(row)
            waiting = [other for other in waiting if other[1] != row[1]]
        for row in waiting:
            yield _placed(row)

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        found = {row[1]: _placed(row)[1] for row in await self._fetch(_BY_ID, (list(ids),))}
        return tuple(found[id] for id in ids if id in found)

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        async for tree in listen(self._pool, ARRIVED, INTEGRATED):
            yield IncidentKey(tree)

    async def _fetch(self, query: str, given: tuple[Any, ...]) -> list[TupleRow]:
        async with connected(self._pool) as connection:
            cursor = await connection.execute(cast("Any", query), given)
            return await cursor.fetchall()


def _placed(row: TupleRow) -> Placed:
    position, id, tree, *values = row
    shown = {slot: json.loads(value) for slot, value in zip(SLOTS, values, strict=True) if value is not None}
    return position, unseal(id, tree, shown)


def _joined(sealed: Sealed, parts: Any) -> bytes:  # noqa: ANN401
    return b"".join(parts[slot] for slot in SLOTS)
