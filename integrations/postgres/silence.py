"""A server that hangs: its connections stand, and nothing comes back, as over a cut line or from a machine that froze.

The driver would wait for as long as the kernel does, a quarter of an hour or for ever. A long statement is no sign of
it, so a statement that is silent for long has the server asked for a new connection; a server that does not even
answer that is away, and all that wait for it are told.
"""

import asyncio
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from weakref import WeakSet

import psycopg
from psycopg import AsyncConnection, Connection
from psycopg.pq import TransactionStatus

LONG: Final = 3.0
"""Seconds of silence after which the server is asked; again and again while the statement lasts."""
CONNECTS_WITHIN: Final = 3
"""Seconds for a new connection, of which it is asked for two."""


class Silence:
    """Watches the connections to one server, of all that keep some."""

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._missed: list[Callable[[], None]] = []
        self._connections = WeakSet[AsyncConnection[Any]]()
        self._asking: asyncio.Task[None] | None = None

    def tell(self, missed: Callable[[], None]) -> None:
        """Say so here when the server is found to be away."""
        self._missed.append(missed)

    def rest(self) -> None:
        """Ask nothing more."""
        if self._asking is not None:
            self._asking.cancel()

    def heed(self, connection: AsyncConnection[Any]) -> None:
        """Have this connection end too when the server is found to be away."""
        self._connections.add(connection)

    @contextmanager
    def watched(self, connection: AsyncConnection[Any]) -> Iterator[None]:
        """Watch it while it waits for what it asked. Who listens for notices waits for ever, and asked nothing."""
        loop = asyncio.get_running_loop()
        watch: asyncio.TimerHandle

        def silent() -> None:
            nonlocal watch
            watch = loop.call_later(LONG, silent)
            if connection.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self._suspect()

        watch = loop.call_later(LONG, silent)
        try:
            yield
        finally:
            watch.cancel()

    def _suspect(self) -> None:
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())

    async def _ask(self) -> None:
        """Asked in a thread: the loop may be what stands still, and would then find that time has passed."""
        if await asyncio.to_thread(self._connects) or await asyncio.to_thread(self._connects):
            return
        for missed in self._missed:
            missed()
        for connection in [*self._connections]:
            _shut(connection)

    def _connects(self) -> bool:
        """Whether the server answers at all; to be refused is an answer."""
        try:
            Connection.connect(self._conninfo, connect_timeout=CONNECTS_WITHIN).close()
        except psycopg.errors.ConnectionTimeout:
            return False
        except psycopg.OperationalError:
            return True
        return True


def _shut(connection: AsyncConnection[Any]) -> None:
    """End its line, by which the driver learns that nothing will come; the socket stays the driver's to close."""
    if connection.closed:
        return
    with suppress(OSError), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
