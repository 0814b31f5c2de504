"""The inbox in PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from psycopg.types.json import Json

from integrations.postgres.append import recording
from integrations.postgres.database import Pool, transaction
from integrations.postgres.notices import LETTERS, listen
from playbooks.domain.entry import Entry
from playbooks.ports.inbox import Letter
from playbooks.ports.record import Settlement

_COMMIT = """
INSERT INTO inbox (id, recipient, body)
SELECT * FROM unnest(%s::text[], %s::text[], %s::json[]) ON CONFLICT DO NOTHING
"""
_BATCH = """
SELECT id, recipient, body FROM inbox WHERE delivered_at IS NULL ORDER BY seq LIMIT %s FOR UPDATE SKIP LOCKED
"""
_DELIVERED = "UPDATE inbox SET delivered_at = clock_timestamp() WHERE id = ANY(%s)"


class PostgresInbox:
    """The inbox port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def commit(
        self, letters: Sequence[Letter], *, entries: Sequence[Entry] = (), verdict: Settlement | None = None
    ) -> None:
        """See the port."""
        columns = (
            [letter.id for letter in letters],
            [letter.recipient for letter in letters],
            [Json(dict(letter.body)) for letter in letters],
        )
        async with recording(self._pool) as writing:
            await writing.connection.execute(_COMMIT, columns)
            await writing.append(entries, verdict)
            writing.hint(LETTERS)

    @asynccontextmanager
    async def batch(self, limit: int = 100) -> AsyncIterator[Sequence[Letter]]:
        """See the port."""
        async with transaction(self._pool) as connection:
            rows = await (await connection.execute(_BATCH, (limit,))).fetchall()
            letters = [Letter(id=row[0], recipient=row[1], body=row[2]) for row in rows]
            yield letters
            await connection.execute(_DELIVERED, ([letter.id for letter in letters],))

    async def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """See the port."""
        async with aclosing(listen(self._pool, LETTERS, every=every)) as hints:
            async for _ in hints:
                yield
