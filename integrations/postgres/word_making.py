"""Making the index of people's words again from the record, at a new version of it."""

from typing import Final

from integrations.postgres.database import Connection
from integrations.postgres.record import placed_of
from integrations.postgres.words import INSERT, hidden_words

VERSION: Final = 1
"""Raised whenever what `words.py` writes of an entry changes; `migrate` makes all of them again then."""
_MADE: Final = "SELECT version FROM read_model WHERE name = 'words'"
_MAKING: Final = """
INSERT INTO read_model (name, version) VALUES ('words', %s) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
_SAID: Final = """
SELECT NULL, entry.tree, body.* FROM entry JOIN body ON body.entry = entry.id WHERE body.texts <> '{}'
"""
_ONE: Final = f"WITH new AS (SELECT %s::text AS id, %s::text AS tree) {INSERT}"


async def ensure_words(connection: Connection) -> None:
    """Make all of them again where they are of another version. Within the caller's transaction."""
    row = await (await connection.execute(_MADE)).fetchone()
    if row is not None and row[0] == VERSION:
        return
    await connection.execute("TRUNCATE words")
    async with connection.cursor(name="said") as said:
        await said.execute(_SAID)
        while rows := await said.fetchmany(500):
            for row in rows:
                _, entry = placed_of(row, connection.vault)
                hidden = hidden_words(connection.vault, entry.texts)
                await connection.execute(_ONE.encode(), (entry.id, row[1], hidden))
    await connection.execute(_MAKING, (VERSION,))
