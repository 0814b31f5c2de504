"""Serving the pages from within a process that does other things too, for a long time."""

import asyncio
import contextlib
import gc
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import says

_BACKLOG = 2048
"""Connections that wait to be taken in; a storm comes over many at once."""


def settled() -> None:
    """What stands by now stands for as long as this process: it is not gone through again whenever much is read.

    Opening a long story makes many objects at once, and the collector would look at all others several times meanwhile.
    """
    gc.collect()
    gc.freeze()


class _Server(uvicorn.Server):
    """Leaves signals to whoever runs it."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI, host: str, port: int) -> AsyncIterator[None]:
    """Serve for as long as the block runs. Raises Unavailable when the port is taken."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
        server_header=False,
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve(_listening(host, port)))
    try:
        while not server.started and not serving.done():
            await asyncio.sleep(0.01)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(asyncio.CancelledError):
            await serving


def _listening(host: str, port: int) -> list[socket.socket]:
    """Sockets of our own: uvicorn, where it finds a port taken, ends the process, and us before we could tidy up."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    with contextlib.ExitStack() as opened:
        try:
            sockets = [
                opened.enter_context(socket.create_server(address, family=family, backlog=_BACKLOG))
                for family, _, _, _, address in found
            ]
        except OSError:
            raise Unavailable(says("port_taken", place=f"{host}:{port}")) from None
        opened.pop_all()
        return sockets
