"""What a reader may read: the database's own wall, behind which nobody sees what `release` would not give.

Each question is a transaction of a connection that is `muster_reader`, with the reader set for that transaction alone
(docs/reading.md). A question that names no reader gets nothing.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.facts import facts
from integrations.postgres.listing import listed
from integrations.postgres.record import found_entries, placed_entries, placed_of
from integrations.postgres.sheaves import blocks
from integrations.postgres.words import hidden_question
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.release import Reader
from playbooks.domain.saying import says
from playbooks.domain.sheaf import Block
from playbooks.figures.facts import IncidentFacts
from playbooks.ports.listing import HITS, Wanted
from playbooks.ports.record import Placed
from playbooks.ports.views import Listing

_SET = """
SELECT set_config('muster.person', %s, true), set_config('muster.organization', %s, true),
       set_config('muster.ceiling', %s, true), set_config('muster.chatham_house', %s, true)
"""
_STANDING = "SELECT bool_or(knows), bool_or(takes_part) FROM standing WHERE incident = %s"
_PARTY_TO = "SELECT DISTINCT incident FROM standing WHERE incident = ANY(%s) AND knows AND takes_part"
_SEARCH = """
SELECT incident, entry FROM (
    SELECT incident, entry, place, row_number() OVER (PARTITION BY incident ORDER BY place DESC) AS nth
    FROM search_words(%s) WHERE incident IS NOT NULL
) AS found WHERE nth <= %s ORDER BY place DESC
"""
_PUBLISHED = """
SELECT NULL, card.incident, body.* FROM card JOIN body ON body.entry = card.entry
WHERE card.published ORDER BY card.seq DESC LIMIT 500
"""
_ERASURES = "SELECT count(*) FROM erased WHERE incident = %s"


@asynccontextmanager
async def reading(pool: Pool, reader: Reader, *, snapshot: bool = False) -> AsyncIterator[Connection]:
    """One transaction for one reader; every query in it sees her rows alone. Raises Unavailable.

    In a pipeline: its beginning, and who reads, are sent with the first question.
    """
    # What is read as of one moment is long, and read by a server-side cursor, which a pipeline does not take.
    async with transaction(pool, snapshot=snapshot, pipelined=not snapshot) as connection:
        await set_reader(connection, reader)
        yield connection


async def set_reader(connection: Connection, reader: Reader) -> None:
    """Say who reads for the rest of this transaction. Without an organization it is the public, and no person."""
    person = reader.person if reader.organization else None
    ceiling, rule = str(reader.ceiling.strictness), str(reader.chatham_house)
    await connection.execute(_SET, (person or "", reader.organization or "", ceiling, rule))


class PostgresReading:
    """The reading port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        """`pool` is one of `open_reading_pool`."""
        self._pool = pool

    def open(self, reader: Reader, *, snapshot: bool = False) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which queries see this reader's rows alone, for other adapters."""
        return reading(self._pool, reader, snapshot=snapshot)

    async def placed(self, reader: Reader, key: IncidentKey) -> Reader:
        """See the port."""
        async with self.open(reader) as connection:
            row = await (await connection.execute(_STANDING, (key,))).fetchone()
        knows, takes_part = row or (None, None)
        if not knows:
            raise NotFound(says("not_found.incident", incident=key))
        return reader.model_copy(update={"party_to": (key,) if takes_part else ()})

    async def placed_in(self, reader: Reader, keys: Collection[IncidentKey]) -> Reader:
        """See the port."""
        async with self.open(reader) as connection:
            rows = await (await connection.execute(_PARTY_TO, (list(keys),))).fetchall()
        return reader.model_copy(update={"party_to": tuple(row[0] for row in rows)})

    async def erasures(self, reader: Reader, key: IncidentKey) -> int:
        """See the port."""
        async with self.open(reader) as connection:
            row = await (await connection.execute(_ERASURES, (key,))).fetchone()
        return int(row[0]) if row else 0

    def entries(self, reader: Reader, key: IncidentKey, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        return placed_entries(partial(self.open, reader), key, after)

    def blocks(self, reader: Reader, key: IncidentKey, after: int = 0) -> AsyncIterator[Block]:
        """See the port."""
        return blocks(partial(self.open, reader), key, after)

    async def entries_by_id(self, reader: Reader, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        return await found_entries(partial(self.open, reader), ids)

    async def published(self, reader: Reader) -> Sequence[Entry]:
        """See the port."""
        async with self.open(reader) as connection:
            rows = await (await connection.execute(_PUBLISHED)).fetchall()
            return [placed_of(row, connection.vault)[1] for row in rows]

    async def search(self, reader: Reader, words: str) -> Sequence[tuple[IncidentKey, EntryId]]:
        """See the port."""
        async with self.open(reader) as connection:
            return await (
                await connection.execute(_SEARCH, (hidden_question(connection.vault, words), HITS))
            ).fetchall()

    async def incidents(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        """See the port."""
        return await listed(partial(self.open, reader), wanted, among)

    async def facts(self, reader: Reader) -> Sequence[IncidentFacts]:
        """See the port."""
        return await facts(partial(self.open, reader))
