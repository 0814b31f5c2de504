"""Telling by NOTIFY that something came in: beside the work, so that nobody who has committed waits for it.

A hint may be lost, so nobody relies on one (docs/decisions/record-announce-after-commit.md).
"""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AbstractAsyncContextManager, suppress
from datetime import timedelta
from typing import Any, Final

from psycopg import AsyncConnection

from playbooks.domain.errors import Unavailable

Hint = tuple[str, str]
"""A channel and a payload."""

APART: Final = timedelta(milliseconds=5)
"""Between the hints of one process and its next: those of a steady flow go together."""
_LAST: Final = timedelta(seconds=1)
"""For the last ones when the pool closes; a database that is away would keep it longer."""
_NOTIFY: Final = (
    "SELECT pg_notify(channel, payload) FROM unnest(%s::text[], %s::text[]) AS hint (channel, payload)"
)

_Connect = Callable[[], AbstractAsyncContextManager[AsyncConnection[Any]]]


async def notify(connection: AsyncConnection[Any], hints: Iterable[Hint]) -> None:
    """Give hints; outside a transaction, at once."""
    told = list(hints)
    if told:
        channels, payloads = zip(*told, strict=True)
        await connection.execute(_NOTIFY, (list(channels), list(payloads)))


class Announcer:
    """Gives a pool's hints: each soon after it came, those that came meanwhile together."""

    def __init__(self, connect: _Connect) -> None:
        self._connect = connect
        self._due: set[Hint] = set()
        self._giving: asyncio.Task[None] | None = None

    def tell(self, hints: Iterable[Hint]) -> None:
        """Give these, beside whatever the caller does next."""
        self._due.update(hints)
        if self._due and (self._giving is None or self._giving.done()):
            self._giving = asyncio.create_task(self._give())

    async def finish(self) -> None:
        """Wait for those that are due, though not for long."""
        if self._giving is not None:
            await asyncio.wait({self._giving}, timeout=_LAST.total_seconds())
            self._giving.cancel()

    async def _give(self) -> None:
        while self._due:
            hints, self._due = self._due, set()
            with suppress(Unavailable):
                async with self._connect() as connection:
                    await notify(connection, hints)
            await asyncio.sleep(APART.total_seconds())
