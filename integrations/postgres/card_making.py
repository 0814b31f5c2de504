"""Making cards, standings and lines again from the record: at a new version of theirs, and to check that they agree."""

from collections.abc import Sequence

from integrations.postgres.cards import CARD, CARDS, card_of, move, moves
from integrations.postgres.database import Connection
from integrations.postgres.record import placed_of
from integrations.postgres.rows import as_rows, from_rows
from playbooks.domain.entry import Entry

VERSION = 4
"""Raised whenever what `cards.py` writes of an entry changes; `migrate` makes all cards again then."""

_MADE = "SELECT version FROM read_model WHERE name = 'card'"
_MAKING = """
INSERT INTO read_model (name, version) VALUES ('card', %s) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
_RECORDED = """
SELECT coalesce(leaf.position, 9223372036854775807), entry.tree, body.*
FROM entry JOIN body ON body.entry = entry.id
LEFT JOIN leaf ON leaf.entry = entry.id LEFT JOIN arrival ON arrival.entry = entry.id
ORDER BY entry.tree, leaf.position, arrival.seq
"""
_MANY = f"WITH fresh AS ({from_rows({'id': 'text', **CARD})}), {CARDS} SELECT".encode()


async def ensure_cards(connection: Connection) -> bool:
    """Make all cards again where they are of another version; whether they were. Within the caller's transaction."""
    row = await (await connection.execute(_MADE)).fetchone()
    if row is not None and row[0] == VERSION:
        return False
    await make_cards(connection)
    await connection.execute(_MAKING, (VERSION,))
    return True


async def write_card(connection: Connection, entry: Entry) -> None:
    """Write an entry's card anew, from what it says now."""
    await _write(connection, [entry])


async def _write(connection: Connection, entries: Sequence[Entry]) -> None:
    await connection.execute(_MANY, [as_rows({"id": entry.id, **card_of(entry)} for entry in entries)])


async def make_cards(connection: Connection) -> None:
    """Make all cards, standings and lines from the record alone. Within the caller's transaction."""
    await connection.execute("TRUNCATE card, kept_line, standing, restricted")
    async with connection.cursor(name="recorded") as recorded:
        await recorded.execute(_RECORDED)
        while rows := await recorded.fetchmany(500):
            entries = [placed_of(row, connection.vault)[1] for row in rows]
            await _write(connection, entries)
            for entry in filter(moves, entries):
                await move(connection, entry)
