"""The ground that every benchmark stands on: a whole Muster in a folder of its own, gone afterwards."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from bot.composition.installation import Installation
from bot.composition.record import migrate_database
from bot.embedded import remove_data
from bot.everything import everything, web_port
from bot.serving import settled
from bot.settings import Settings
from integrations.postgres.database import connected

PATIENCE_S = 60.0
_REST_WITHIN_S = 300.0
_QUIET_S = 5.0
_WAITING = """
SELECT (SELECT count(*) FROM arrival) + (SELECT count(*) FROM effect WHERE concluded_at IS NULL)
"""
Found = TypeVar("Found")
_CONNECTIONS = """
connections:
  - {organization: UNHCR, vendor: simulated-chat, account: matrix, ceiling: "TLP:AMBER+STRICT"}
"""
"""A second chat system, to move to."""


@asynccontextmanager
async def a_whole_muster(directory: str | None = None) -> AsyncIterator[Installation]:
    """Servers with their ordinary durability, worker and pages, in this process and its children.

    `directory` is the content of a directory file; without one there are the people of the demo.
    """
    folder = Path(tempfile.mkdtemp(prefix="muster-bench-", dir="/tmp"))
    folder.chmod(0o711)  # PostgreSQL runs as another user when this one is root
    data = folder / "data"
    data.mkdir()
    connections = folder / "connections.yaml"
    connections.write_text(_CONNECTIONS)
    people = folder / "directory.yaml"
    if directory is not None:
        people.write_text(directory)
    settings = Settings(
        data=data,
        database_url="",
        temporal_address="",
        directory=people if directory is not None else None,
        sources=None,
        connections=connections,
    )
    settings = settings.model_copy(update={"port": web_port(settings)})
    try:
        async with everything(settings, lambda _line: None, ui=False) as running:
            settled()
            yield running.muster
    finally:
        remove_data(data)
        connections.unlink()
        people.unlink(missing_ok=True)
        folder.rmdir()


@asynccontextmanager
async def database_beside(muster: Installation, name: str) -> AsyncIterator[str]:
    """A fresh, migrated database on the same server; yields its address."""
    own = muster.settings.database_url
    async with await psycopg.AsyncConnection.connect(own, autocommit=True) as connection:
        await connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    dsn = make_conninfo(own, dbname=name)
    await migrate_database(muster.settings.model_copy(update={"database_url": dsn}))
    yield dsn


async def at_rest(muster: Installation) -> None:
    """Wait until every entry has its place and every effect came to an end, and for what comes of that."""

    async def nothing_waits() -> bool | None:
        async with connected(muster.pool) as connection:
            row = await (await connection.execute(_WAITING)).fetchone()
        return True if row == (0,) else None

    await until(nothing_waits, pause_s=0.2, patience_s=_REST_WITHIN_S)
    await asyncio.sleep(_QUIET_S)
    await until(nothing_waits, pause_s=0.2, patience_s=_REST_WITHIN_S)


async def until(
    look: Callable[[], Awaitable[Found | None]], pause_s: float = 0.02, patience_s: float = PATIENCE_S
) -> Found:
    """Look until there is something. Raises TimeoutError after a minute, or as long as was said."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if (found := await look()) is not None:
            return found
        await asyncio.sleep(pause_s)
    raise TimeoutError("what was waited for did not come about in time")
