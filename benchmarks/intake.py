"""Benchmark (c): alerts accepted durably, against an empty handler that commits one row and against bare COPY.

Everything in one run on one PostgreSQL with its ordinary durability; server and load are processes of their own.
Run it alone with `python -m benchmarks.intake`; `make bench` runs it with the others.
"""

import asyncio
import json
import logging
import multiprocessing
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import uvicorn
from fastapi import FastAPI, Response

from benchmarks.http_load import Load, load, post
from bot.embedded import embedded_postgres
from bot.intake.relay import OutboxRelay
from bot.intake.router import intake_router
from bot.intake.sources import KeyUse, KnownSource, Rate, Source, SourceKey
from bot.intake.understand import Understand
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.intake import PostgresIntake
from integrations.postgres.migrate import migrate
from integrations.postgres.outbox import PostgresOutbox
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.routing import DeclareOutcome, Match, Routing, RoutingRule

BEARER = b"a-bearer-for-benchmarks"
SINGLES = 6_000
CONNECTIONS = 32
BATCH = 100
BATCHES = 400
ROUTING = Routing(
    rules=(
        RoutingRule(
            name="critical",
            why="Critical.",
            when=Match(words=("critical",)),
            then=DeclareOutcome(playbook=None),
        ),
    )
)
KEY = (SourceKey(id="k", use=KeyUse.BEARER, secret="env:K"),)  # noqa: S106  where a secret would be
SOURCE = Source(
    name="bench",
    organization=OrganizationCode("UNICC"),
    keys=KEY,
    rate=Rate(per_second=1e9, burst=1_000_000_000),
)


class _OneSource:
    def find(self, name: str) -> KnownSource | None:
        return KnownSource(SOURCE, (BEARER,), ()) if name == "bench" else None


def _now() -> datetime:
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
    app.include_router(intake_router(PostgresIntake(pool), _OneSource(), _now))

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
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    server = multiprocessing.get_context("spawn").Process(target=_serve, args=(dsn, port), daemon=True)
    server.start()
    try:
        await _ready(port)
        yield port
    finally:
        server.terminate()
        server.join(10)


async def _ready(port: int) -> None:
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


def _posts(alerts: Sequence[bytes], batch: int) -> list[bytes]:
    headers = {"Authorization": f"Bearer {BEARER.decode()}", "Content-Type": "application/x-ndjson"}
    bodies = [b"\n".join(alerts[at : at + batch]) for at in range(0, len(alerts), batch)]
    return [post("/alerts/bench", body, headers) for body in bodies]


async def _copy(dsn: str, alerts: Sequence[bytes], batch: int) -> float:
    """Alerts a second by COPY alone: the same bytes, a row for each alert, one commit for each batch."""
    began = time.perf_counter()
    async with await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection:
        for at in range(0, len(alerts), batch):
            async with connection.cursor().copy("COPY bench_copy (raw) FROM STDIN (FORMAT binary)") as copy:
                copy.set_types(["bytea"])
                for raw in alerts[at : at + batch]:
                    await copy.write_row((raw,))
    return len(alerts) / (time.perf_counter() - began)


class _Says:
    """A gateway that answers at once."""

    def __init__(self) -> None:
        self.declared_at: list[float] = []

    async def submit(self, command: Command) -> Verdict:
        if command.verb == "declare":
            self.declared_at.append(time.perf_counter())
        key = command.incident or IncidentKey(f"INC-2026-{len(self.declared_at):04}")
        return Verdict(outcome=Outcome.DONE, code="done", incident=key)


async def _understanding(dsn: str, port: int, alerts: Sequence[bytes], batch: int) -> dict[str, float]:
    """Send, and understand meanwhile: seconds until every alert stands in its group and its incident was told."""
    gateway = _Says()
    began = time.perf_counter()
    async with open_pool(dsn) as pool:
        groups = PostgresAlertGroups(pool)
        loop = Understand(groups, _OneSource(), ROUTING, _open, _now)
        relay = OutboxRelay(PostgresOutbox(pool), groups, gateway, _now)
        loops = [asyncio.create_task(_for_ever(each)) for each in (loop.step, relay.step)]
        sent = await load(port, _posts(alerts, batch), connections=CONNECTIONS)
        await _all_told(pool)
        for each in loops:
            each.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
    seconds = time.perf_counter() - began
    return {
        "alerts": len(alerts),
        "accepted_seconds": round(sent.seconds, 2),
        "seconds": round(seconds, 2),
        "incidents": len(gateway.declared_at),
        "last_declared_after_seconds": round(max(gateway.declared_at) - began, 2),
    }


async def _for_ever(step: Callable[[], Awaitable[int]]) -> None:
    while True:
        if not await step():
            await asyncio.sleep(0.005)


async def _all_told(pool: Pool) -> None:
    """Return when every delivery is understood and every group has told what it knows."""
    left = (
        "SELECT EXISTS (SELECT FROM delivery WHERE understood_at IS NULL) "
        "OR EXISTS (SELECT FROM alert_group WHERE waiting)"
    )
    async with connected(pool) as connection:
        while (await (await connection.execute(left)).fetchone()) != (False,):
            await asyncio.sleep(0.01)


async def _open(_key: IncidentKey) -> bool:
    return False


async def measure() -> dict[str, Any]:
    """Everything of benchmark (c), as one object."""
    with tempfile.TemporaryDirectory(prefix="muster-bench-", dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        async with embedded_postgres(Path(folder)) as server:
            await migrate(server.dsn)
            async with await psycopg.AsyncConnection.connect(server.dsn, autocommit=True) as connection:
                await connection.execute(
                    "CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz)"
                )
                await connection.execute("CREATE TABLE bench_copy (raw bytea)")
                async with serving(server.dsn) as port:
                    return await _measured(server.dsn, port, connection)


async def _measured(dsn: str, port: int, connection: psycopg.AsyncConnection[Any]) -> dict[str, Any]:
    numbers = iter(range(10_000_000))

    def some(count: int, hosts: int = 1) -> list[bytes]:
        site = next(numbers)
        return [alert(next(numbers), f"srv-{site}-{n % hosts}") for n in range(count)]

    empty = post("/empty", b"", {})
    await load(port, [empty] * 500, connections=CONNECTIONS)
    await load(port, _posts(some(500), 1), connections=CONNECTIONS)
    empties = await load(port, [empty] * SINGLES, connections=CONNECTIONS)
    singles = await load(port, _posts(some(SINGLES), 1), connections=CONNECTIONS)
    batched = await load(port, _posts(some(BATCH * BATCHES), BATCH), connections=8)
    copied = await _copy(dsn, some(BATCH * BATCHES), BATCH)
    await connection.execute("UPDATE delivery SET understood_at = now()")
    return {
        "single_posts": _single(singles, empties),
        "batches": _batched(batched, copied),
        "duplicates": await _understanding(dsn, port, some(1) * 900, 1),
        "storm_of_one": await _understanding(dsn, port, some(10_000, 1), BATCH),
        "storm_of_fifty": await _understanding(dsn, port, some(10_000, 50), BATCH),
    }


def _single(singles: Load, empties: Load) -> dict[str, float]:
    return {
        "accepted_per_second": round(singles.per_second),
        "empty_handler_per_second": round(empties.per_second),
        "empty_over_accepted": round(empties.per_second / singles.per_second, 2),
        "median_ms": round(singles.median_ms, 2),
        "p99_ms": round(singles.p99_ms, 2),
    }


def _batched(batched: Load, copied: float) -> dict[str, float]:
    accepted = batched.per_second * BATCH
    return {
        "accepted_per_second": round(accepted),
        "copy_per_second": round(copied),
        "copy_over_accepted": round(copied / accepted, 2),
        "median_ms": round(batched.median_ms, 2),
        "p99_ms": round(batched.p99_ms, 2),
    }


if __name__ == "__main__":
    json.dump(asyncio.run(measure()), sys.stdout, indent=2)
