"""The record in PostgreSQL, as it is read and written."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import aclosing
from functools import partial
from typing import Any

from psycopg.rows import TupleRow

from integrations.postgres.append import recording
from integrations.postgres.cards import moves
from integrations.postgres.database import Connect, Connection, Pool, connected
from integrations.postgres.decisions import counts, standing, take
from integrations.postgres.gathering import Gathering
from integrations.postgres.notices import ARRIVED, INTEGRATED, listen
from integrations.postgres.vault import Vault
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey
from playbooks.domain.proof.slots import SLOTS, tree_of, unseal
from playbooks.ports.record import Decision, Placed, Settlement

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
        self._gathering = Gathering(pool)

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        if len(entries) == 1 and verdict is None and not moves(entries[0]):
            await self._gathering.append(entries[0])
            return
        async with recording(self._pool) as writing:
            await writing.append(entries, verdict)

    async def decide(
        self, judge: str, decision: Decision, *, settles: CommandId | None = None
    ) -> tuple[Decision, ...]:
        """See the port."""
        incident = decision.entries[0].incident
        async with recording(self._pool) as writing:
            if incident is None:
                raise ValueError("a decision is on an incident")
            if not await take(writing.connection, judge, incident, decision, settles):
                return await _stand(writing.connection, judge, decision)
            await writing.append(decision.entries)
        return ()

    async def decided(self, incident: IncidentKey) -> Mapping[str, int]:
        """See the port."""
        async with connected(self._pool) as connection:
            return await counts(connection, incident)

    def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        return placed_entries(partial(connected, self._pool), incident, after)

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        return await found_entries(partial(connected, self._pool), ids)

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        async with aclosing(listen(self._pool, ARRIVED, INTEGRATED)) as trees:
            async for tree in trees:
                yield IncidentKey(tree)


async def placed_entries(
    connect: Connect, incident: IncidentKey | None, after: int = 0
) -> AsyncIterator[Placed]:
    """An incident's entries in order, as the connection may read them.

    Page by page, so that no connection is kept while the caller works.
    """
    tree, waiting = tree_of(incident), dict[str, Entry]()
    # What is integrated while we read what waits is told by the second round, in its place.
    for last_round in (False, True):
        while page := await _read(connect, _PLACED, (tree, after)):
            for position, entry in page:
                waiting.pop(entry.id, None)
                yield position, entry
                after = position or after
        if not last_round:
            waiting = {entry.id: entry for _, entry in await _read(connect, _ARRIVED, (tree,))}
    for entry in waiting.values():
        yield None, entry


async def found_entries(connect: Connect, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
    """Entries by id, in the order asked for; what is not there for this connection is left out."""
    found = {entry.id: entry for _, entry in await _read(connect, _BY_ID, (list(ids),))}
    return tuple(found[each] for each in ids if each in found)


async def _read(connect: Connect, query: str, given: tuple[Any, ...]) -> list[Placed]:
    async with connect() as connection:
        cursor = await connection.execute(query.encode(), given)
        return [placed_of(row, connection.vault) for row in await cursor.fetchall()]


async def _stand(connection: Connection, judge: str, decision: Decision) -> tuple[Decision, ...]:
    """What was decided in the stead of a decision, entries included, in the order of deciding."""
    stand = []
    for number, cause, ids, verdict in await standing(connection, judge, decision):
        rows = await (await connection.execute(_BY_ID.encode(), (ids,))).fetchall()
        found = {
            entry.id: entry.without_words() for _, entry in (placed_of(row, connection.vault) for row in rows)
        }
        entries = [found[EntryId(id)] for id in ids]
        stand.append(
            Decision.model_validate(
                {"number": number, "cause": cause, "entries": entries, "verdict": verdict}
            )
        )
    return tuple(stand)


def placed_of(row: TupleRow, vault: Vault) -> Placed:
    """An entry from its position, its tree and its row of `body`. Raises Unavailable without the key it is under."""
    position, tree, name, salts, *stored, key = row
    values = vault.open(name, stored, salts, key)
    shown = {slot: json.loads(value) for slot, value in zip(SLOTS, values, strict=True) if value is not None}
    return position, unseal(name, tree, shown)
