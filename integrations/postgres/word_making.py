"""Making the index of people's words again from the record, at a new version of it."""

from typing import Final

from integrations.postgres.database import Connection
from integrations.postgres.record import placed_of
from integrations.postgres.rows import as_rows, from_rows
from integrations.postgres.words import WORDS, hidden_words
from playbooks.domain.proof.slots import tree_of

VERSION: Final = 2
"""Raised whenever what `words.py` writes of an entry changes; `migrate` makes all of them again then."""
_MADE: Final = "SELECT version FROM read_model WHERE name = 'words'"
_MAKING: Final = """
INSERT INTO read_model (name, version) VALUES ('words', %s) ON CONFLICT (name) DO UPDATE SET version = excluded.version
"""
_SAID: Final = """
SELECT NULL, entry.tree, body.* FROM entry JOIN body ON body.entry = entry.id WHERE body.texts <> '{}'
"""
_MANY: Final = (
    f"WITH fresh AS ({from_rows({'id': 'text', 'tree': 'text', 'words': 'text'})}) {WORDS}".encode()
)


async def ensure_words(connection: Connection) -> None:
    """Make all of them again where they are of another version. Within the caller's transaction."""
    row = await (await connection.execute(_MADE)).fetchone()
    if row is not None and row[0] == VERSION:
        return
    await connection.execute("TRUNCATE words")
    async with connection.cursor(name="said") as said:
        await said.execute(_SAID)
        while rows := await said.fetchmany(500):
            entries = [placed_of(row, connection.vault)[1] for row in rows]
            hidden = [
                {
                    "id": entry.id,
                    "tree": tree_of(entry.incident),
                    "words": hidden_words(connection.vault, entry.texts),
                }
                for entry in entries
            ]
            await connection.execute(_MANY, [as_rows(hidden)])
    await connection.execute(_MAKING, (VERSION,))
