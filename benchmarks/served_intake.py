"""Alert intake in a process of its own, and beside it an empty handler that commits one row."""

import asyncio
import json
import logging
import multiprocessing
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import uvicorn
from fastapi import FastAPI, Response

from bot.embedded import free_port
from bot.intake.router import intake_router
from bot.intake.sources import KeyUse, KnownSource, Rate, Source, SourceKey
from integrations.postgres.database import connected, open_pool
from integrations.postgres.intake import PostgresIntake
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.routing import Routing

BEARER = b"a-bearer-for-benchmarks"
_KEY = SourceKey(id="k", use=KeyUse.BEARER, secret="env:K")  # noqa: S106  where a secret would be
_SOURCE = Source(
    name="bench",
    organization=OrganizationCode("UNICC"),
    keys=(_KEY,),
    rate=Rate(per_second=1e9, burst=1_000_000_000),
)


class OneSource:
    """The sources of the benchmark."""

    def find(self, name: str) -> KnownSource | None:
        """See the port."""
        return KnownSource(_SOURCE, (BEARER,), ()) if name == "bench" else None


def utc_now() -> datetime:
    """The clock of the benchmark."""
    return datetime.now(UTC)


def alert(number: int, host: str) -> bytes:
    """One alert of some 600 bytes, as SIEMs send them."""
    return json.dumps(
        {
            "schema": "muster-alert/1",
            "id": f"B-{number}",
            "title": "critical: many files were encrypted in a short time",
            "description": "A process renamed and rewrote files in many folders of a share. " * 4,
            "severity": "critical",
            "event_at": "2026-11-22T09:00:00Z",
            "affected": {"hosts": [host], "users": ["svc-backup"], "ip_addresses": ["192.0.2.17"]},
            "rule": {"id": "R-17", "name": "Mass encryption"},
            "techniques": ["T1486"],
        }
    ).encode()


def _application(dsn: str) -> FastAPI:
    app = FastAPI()
    pool = open_pool(dsn)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with pool:
            yield

    app.router.lifespan_context = lifespan
    app.include_router(intake_router(PostgresIntake(pool), OneSource(), lambda: Routing(rules=()), utc_now))

    @app.post("/empty")
    async def empty() -> Response:
        async with connected(pool) as connection:
            await connection.execute("INSERT INTO bench_row (at) VALUES (now())")
        return Response(status_code=202)

    return app


def _serve(dsn: str, port: int) -> None:
    logging.disable()
    uvicorn.run(_application(dsn), port=port, log_level="critical", access_log=False, loop="uvloop")


@asynccontextmanager
async def serving(dsn: str) -> AsyncIterator[int]:
    """The application in a process of its own; yields its port."""
    port = free_port()
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(dsn, port), daemon=True)
    server.start()
    try:
        await listening(port)
        yield port
    finally:
        server.terminate()
        server.join(10)


async def listening(port: int) -> None:
    """Return when something listens there. Raises OSError after half a minute."""
    deadline = time.monotonic() + 30
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > deadline:
                raise
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
