"""The outbox in PostgreSQL."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta

from psycopg.types.json import Json

from integrations.postgres.append import recording
from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.notices import ERRANDS, listen
from playbooks.domain.entry import Entry
from playbooks.ports.inbox import Errand, ErrandBatch
from playbooks.ports.record import Settlement

_POST = """
INSERT INTO outbox (id, kind, body)
SELECT * FROM unnest(%s::text[], %s::text[], %s::json[]) ON CONFLICT DO NOTHING
"""
_BATCH = """
SELECT id, kind, body, attempts, created_at FROM outbox
WHERE done_at IS NULL ORDER BY seq LIMIT %s FOR UPDATE SKIP LOCKED
"""
_TRIED = """
UPDATE outbox SET attempts = attempts + 1, done_at = CASE WHEN id = ANY(%s) THEN clock_timestamp() END
WHERE id = ANY(%s)
"""


class TakenErrands:
    """Errands in hand, and which of them are done."""

    def __init__(self, errands: Sequence[Errand]) -> None:
        self.errands = errands
        self._done: set[str] = set()

    def done(self, id: str) -> None:
        """See the port."""
        self._done.add(id)

    async def store(self, connection: Connection) -> None:
        """Count the attempt and mark what is done."""
        await connection.execute(_TRIED, (list(self._done), [errand.id for errand in self.errands]))


class PostgresOutbox:
    """The outbox port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def post(
        self, errands: Sequence[Errand], *, entries: Sequence[Entry] = (), verdict: Settlement | None = None
    ) -> None:
        """See the port."""
        columns = (
            [errand.id for errand in errands],
            [errand.kind for errand in errands],
            [Json(dict(errand.body)) for errand in errands],
        )
        async with recording(self._pool) as writing:
            await writing.connection.execute(_POST, columns)
            await writing.append(entries, verdict)
            writing.hint(ERRANDS)

    @asynccontextmanager
    async def batch(self, limit: int = 100) -> AsyncIterator[ErrandBatch]:
        """See the port."""
        failure: Exception | None = None
        async with transaction(self._pool) as connection:
            rows = await (await connection.execute(_BATCH, (limit,))).fetchall()
            taken = TakenErrands([_errand(*row) for row in rows])
            try:
                yield taken
            except Exception as error:  # noqa: BLE001  raised again once what was done is stored
                failure = error
            await taken.store(connection)
        if failure is not None:
            raise failure

    async def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """See the port."""
        async with aclosing(listen(self._pool, ERRANDS, every=every)) as hints:
            async for _ in hints:
                yield


def _errand(id: str, kind: str, body: dict[str, object], attempts: int, created_at: object) -> Errand:
    return Errand.model_validate(
        {"id": id, "kind": kind, "body": body, "attempts": attempts, "created_at": created_at}
    )
