"""The roles in which Muster works in the database, each with what its work needs (docs/reading.md).

One login may take any of them and works as none: it owns the tables, and forced row-level security shows it nothing.
"""

from typing import Any, Final

from psycopg import AsyncConnection, sql

WRITER: Final = "muster_writer"
"""Judges, records, and does everything that has no role of its own."""
READER: Final = "muster_reader"
"""Reads what is shown to somebody, from the wall's views."""
WALL: Final = "muster_wall"
"""Owns the views that readers read, and is held by the policies; nobody works as it."""
SEQUENCER: Final = "muster_sequencer"
"""Takes what arrived into the trees."""
VERIFIER: Final = "muster_verifier"
"""Reads the record to verify it."""
ALL: Final = (WRITER, READER, WALL, SEQUENCER, VERIFIER)


async def become(connection: AsyncConnection[Any], role: str) -> None:
    """Work in this role until the transaction ends."""
    await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
