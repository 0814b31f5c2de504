"""What a reader may read: the database's own wall, behind which nobody sees what `release` would not give.

Each question is a transaction of a connection that is `muster_reader`, with the reader set for that transaction alone
(docs/reading.md). A question that names no reader gets nothing.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

from psycopg.rows import TupleRow

from integrations.postgres.database import Connection, Pool, transaction
from integrations.postgres.record import found_entries, placed_entries, placed_of
from integrations.postgres.sheaves import blocks
from integrations.postgres.words import hidden_question
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import EntryId, IncidentKey, OrganizationCode
from playbooks.domain.incident import Phase, Severity, Standing
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.domain.release import Reader
from playbooks.domain.sheaf import Block
from playbooks.ports.reading import Wanted
from playbooks.ports.record import Placed
from playbooks.ports.views import IncidentLine

_SET = """
SELECT set_config('muster.person', %s, true), set_config('muster.organization', %s, true),
       set_config('muster.ceiling', %s, true), set_config('muster.chatham_house', %s, true)
"""
_STANDING = "SELECT bool_or(knows), bool_or(takes_part) FROM standing WHERE incident = %s"
_LINES = """
SELECT incident, title_entry, lead, severity, phase, marking, declared_at, closed_at FROM incident_line
WHERE declared_at IS NOT NULL AND (NOT %(open_only)s OR phase <> 'closed')
ORDER BY declared_at DESC, incident DESC LIMIT %(most)s OFFSET %(skip)s
"""
_MOVES = """
SELECT incident, party, standing, commander, commander_of FROM incident_move WHERE incident = ANY(%s) ORDER BY seq
"""
_SEARCH = """
SELECT card.incident, card.entry FROM search_words(%s) AS found (entry) JOIN card USING (entry)
ORDER BY card.seq DESC LIMIT 500
"""
_PUBLISHED = """
SELECT NULL, card.incident, body.* FROM card JOIN body ON body.entry = card.entry
WHERE card.kind = 'review:version:publish' AND card.reach >= 1 ORDER BY card.seq DESC LIMIT 500
"""
_ERASURES = "SELECT count(*) FROM erased WHERE incident = %s"
_OPEN_ITEMS = "SELECT incident, count(*) FROM open_item WHERE incident = ANY(%s) GROUP BY incident"


@asynccontextmanager
async def reading(pool: Pool, reader: Reader, *, snapshot: bool = False) -> AsyncIterator[Connection]:
    """One transaction for one reader; every query in it sees her rows alone. Raises Unavailable.

    In a pipeline: its beginning, and who reads, are sent with the first question.
    """
    async with transaction(pool, snapshot=snapshot, pipelined=True) as connection:
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
            raise NotFound(f"There is no incident {key} that you take part in.")
        return reader.model_copy(update={"party_to": (key,) if takes_part else ()})

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
        async with reading(self._pool, reader) as connection:
            return await (
                await connection.execute(_SEARCH, (hidden_question(connection.vault, words),))
            ).fetchall()

    async def incidents(self, reader: Reader, wanted: Wanted) -> Sequence[IncidentLine]:
        """See the port."""
        async with self.open(reader) as connection:
            rows = await (await connection.execute(_LINES, wanted.model_dump())).fetchall()
            keys = [row[0] for row in rows]
            moves = await (await connection.execute(_MOVES, (keys,))).fetchall()
            waiting: dict[str, int] = dict(await (await connection.execute(_OPEN_ITEMS, (keys,))).fetchall())
        casts = {key: _Cast() for key in keys}
        for move in moves:
            casts[move[0]].take(*move[1:])
        titles = await self._titles(reader, [row[1] for row in rows if row[1]])
        return [_line(row, titles.get(row[1], ""), casts[row[0]], waiting.get(row[0], 0)) for row in rows]

    async def _titles(self, reader: Reader, ids: Sequence[EntryId]) -> dict[EntryId, str]:
        entries = await self.entries_by_id(reader, ids)
        return {entry.id: entry.texts.get("title", "") for entry in entries}


@dataclass
class _Cast:
    """Who takes part and who has command, move by move as `playbooks.domain.fold` has it."""

    parties: dict[OrganizationCode, Standing] = field(default_factory=dict)
    commander: str = ""
    commander_of: str = ""

    def take(self, party: str | None, standing: str | None, commander: str | None, of: str | None) -> None:
        if party and standing:
            self.parties[OrganizationCode(party)] = Standing(standing)
            if standing == Standing.LEFT and party == self.commander_of:
                self.commander = self.commander_of = ""
        if commander:
            self.commander, self.commander_of = commander, of or ""


def _line(row: TupleRow, title: str, cast: _Cast, waiting: int) -> IncidentLine:
    key, _, lead, severity, phase, marking, declared_at, closed_at = row
    return IncidentLine(
        key=key,
        title=title,
        severity=severity or Severity.MEDIUM,
        phase=phase or Phase.DETECT,
        lead=lead,
        parties=tuple(cast.parties),
        commander=cast.commander,
        declared_at=declared_at,
        closed_at=closed_at,
        marking=marking or DEFAULT_MARKING,
        waiting=waiting,
    )
