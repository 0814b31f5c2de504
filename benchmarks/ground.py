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
from bot.everything import everything, free_port
from bot.serving import settled
from bot.settings import Settings

PATIENCE_S = 60.0
Found = TypeVar("Found")
_CONNECTIONS = """
connections:
  - {organization: UNHCR, vendor: simulated-chat, account: matrix, ceiling: "TLP:AMBER+STRICT"}
"""
"""A second chat system, to move to."""


@asynccontextmanager
async def a_whole_muster() -> AsyncIterator[Installation]:
    """Servers with their ordinary durability, worker and pages, in this process and its children."""
    folder = Path(tempfile.mkdtemp(prefix="muster-bench-", dir="/tmp"))
    folder.chmod(0o711)  # PostgreSQL runs as another user when this one is root
    data = folder / "data"
    data.mkdir()
    connections = folder / "connections.yaml"
    connections.write_text(_CONNECTIONS)
    settings = Settings(
        data=data,
        database_url="",
        temporal_address="",
        directory=None,
        sources=None,
        connections=connections,
    )
    settings = settings.model_copy(update={"port": free_port(settings)})
    try:
        async with everything(settings, lambda _line: None, ui=False) as running:
            settled()
            yield running.muster
    finally:
        remove_data(data)
        connections.unlink()
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
