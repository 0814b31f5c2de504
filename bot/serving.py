"""Serving the pages from within a process that does other things too, for a long time."""

import asyncio
import contextlib
import gc
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI

from playbooks.domain.errors import Unavailable


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
    serving = asyncio.create_task(server.serve())
    try:
        await _started(server, serving, host, port)
        yield
    finally:
        server.should_exit = True
        with contextlib.suppress(SystemExit, asyncio.CancelledError):
            await serving


async def _started(server: uvicorn.Server, serving: asyncio.Task[None], host: str, port: int) -> None:
    while not server.started:
        if serving.done():
            raise Unavailable(
                f"{host}:{port} is taken by another program; pass --port another number.", code="port_taken"
            )
        await asyncio.sleep(0.01)
