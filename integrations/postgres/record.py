"""The record in PostgreSQL, as it is read and written."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

from psycopg.rows import TupleRow

from integrations.postgres.append import recording
from integrations.postgres.database import Pool, connected
from integrations.postgres.notices import ARRIVED, INTEGRATED, listen
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.slots import SLOTS, tree_of, unseal
from playbooks.ports.record import Placed, Settlement

_PLACED = """
SELECT leaf.position, entry.tree, body.* FROM leaf JOIN entry ON entry.id = leaf.entry JOIN body USING (entry)
WHERE leaf.tree = %s AND leaf.position > %s ORDER BY leaf.position LIMIT 500
"""
_ARRIVED = """
SELECT NULL, entry.tree, body.* FROM arrival JOIN entry ON entry.id = arrival.entry JOIN body USING (entry)
WHERE entry.tree = %s ORDER BY arrival.seq
"""
_BY_ID = """
SELECT NULL, entry.tree, body.* FROM entry JOIN body ON body.entry = entry.id WHERE entry.id = ANY(%s)
"""


class PostgresRecord:
    """The record port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        alone = len(entries) == 1 and verdict is None
        async with recording(self._pool, single_statement=alone) as writing:
            await writing.append(entries, verdict)

    async def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port; reads page by page, so that no connection is kept while the caller works."""
        tree, waiting = tree_of(incident), dict[str, Entry]()
        # What is integrated while we read what waits is told by the second round, in its place.
        for last_round in (False, True):
            while page := await self._read(_PLACED, (tree, after)):
                for position, entry in page:
                    waiting.pop(entry.id, None)
                    yield position, entry
                    after = position or after
            if not last_round:
                waiting = {entry.id: entry for _, entry in await self._read(_ARRIVED, (tree,))}
        for entry in waiting.values():
            yield None, entry

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        found = {entry.id: entry for _, entry in await self._read(_BY_ID, (list(ids),))}
        return tuple(found[each] for each in ids if each in found)

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        async with aclosing(listen(self._pool, ARRIVED, INTEGRATED)) as trees:
            async for tree in trees:
                yield IncidentKey(tree)

    async def _read(self, query: str, given: tuple[Any, ...]) -> list[Placed]:
        async with connected(self._pool) as connection:
            cursor = await connection.execute(query.encode(), given)
            return [_placed(row) for row in await cursor.fetchall()]


def _placed(row: TupleRow) -> Placed:
    position, tree, name, _salts, *values = row
    shown = {slot: json.loads(value) for slot, value in zip(SLOTS, values, strict=True) if value is not None}
    return position, unseal(name, tree, shown)
