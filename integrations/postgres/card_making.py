"""Making all cards and standings again from the record: at a new version of theirs, and to check that they agree."""

from integrations.postgres.cards import card_insert, card_row, move, moves
from integrations.postgres.database import Connection
from integrations.postgres.record import placed_of
from playbooks.domain.entry import Entry

VERSION = 3
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
_CARD = f"WITH new AS (SELECT %s::text AS id) {card_insert(telling=True)}".encode()


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
    await connection.execute(_CARD, [entry.id, *card_row(entry, telling=True)])


async def make_cards(connection: Connection) -> None:
    """Make all cards and standings from the record alone. Within the caller's transaction; writers wait meanwhile."""
    await connection.execute("LOCK TABLE entry IN SHARE MODE")
    await connection.execute("TRUNCATE card, standing, restricted")
    async with connection.cursor(name="recorded") as recorded:
        await recorded.execute(_RECORDED)
        while rows := await recorded.fetchmany(500):
            for row in rows:
                _, entry = placed_of(row, connection.vault)
                await write_card(connection, entry)
                if moves(entry):
                    await move(connection, entry)
