"""Which hints there are that something came in, and listening for them. One may be lost: nobody relies on it."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import timedelta

from psycopg import AsyncConnection, OperationalError, sql

from integrations.postgres.database import Pool

ARRIVED = "muster_arrived"
"""Entries were appended; the payload is their tree."""
INTEGRATED = "muster_integrated"
"""Entries were integrated; the payload is their tree."""
LETTERS = "muster_inbox"
ERRANDS = "muster_outbox"


async def listen(pool: Pool, *channels: str, every: timedelta | None = None) -> AsyncGenerator[str]:
    """Yield payloads as they come, for ever, over a connection of its own that is made again when it breaks.

    Yields "" when it starts to listen (something may have come in before) and after `every` of silence.
    """
    timeout = every.total_seconds() if every else None
    while True:
        try:
            async with await AsyncConnection.connect(str(pool.conninfo), autocommit=True) as connection:
                for channel in channels:
                    await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
                yield ""
                while True:
                    silent = True
                    async for notice in connection.notifies(timeout=timeout, stop_after=1):
                        silent = False
                        yield notice.payload
                    if silent:
                        yield ""
        except OperationalError:
            await asyncio.sleep(0.2)
            yield ""
