"""Benchmark (c): alerts accepted durably, against an empty handler that commits one row and against bare COPY.

Server and load are processes of their own, on a database of its own with ordinary durability.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

import psycopg

from benchmarks import alertmanager
from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import database_beside, until
from benchmarks.http_load import load, post
from benchmarks.served_intake import BEARER, OneSource, alert, serving, utc_now
from bot.composition.installation import Installation
from bot.intake.relay import OutboxRelay
from bot.intake.understand import Understand
from integrations.postgres.alert_groups import PostgresAlertGroups
from integrations.postgres.database import Pool, connected, open_pool
from integrations.postgres.outbox import PostgresOutbox
from integrations.postgres.understanding import PostgresUnderstanding
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.ids import IncidentKey
from playbooks.domain.routing import DeclareOutcome, Match, Routing, RoutingRule

ROUNDS = 3
SINGLES = 2_000
BATCH = 100
BATCHES = 100
STORM = 5_000
CONNECTIONS = 32
_ROUTING = Routing(
    rules=(
        RoutingRule(
            name="critical",
            why="Critical.",
            when=Match(words=("critical",)),
            then=DeclareOutcome(playbook=None),
        ),
    )
)
_TABLES = """
CREATE TABLE bench_row (id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz);
CREATE TABLE bench_copy (raw bytea)
"""
_LEFT = """
SELECT EXISTS (SELECT FROM delivery WHERE understood_at IS NULL) OR EXISTS (SELECT FROM alert_group WHERE waiting)
"""


@dataclass(frozen=True)
class _Bench:
    dsn: str
    port: int
    numbers: Iterator[int]

    def alerts(self, count: int, hosts: int = 1) -> list[bytes]:
        """So many different alerts of so many hosts that no other call names."""
        site = next(self.numbers)
        return [alert(next(self.numbers), f"srv-{site}-{n % hosts}") for n in range(count)]


async def measure(muster: Installation) -> list[Figure]:
    """Single posts, batches, and storms that are understood while they come in."""
    async with (
        database_beside(muster, "benchmark_intake") as dsn,
        await psycopg.AsyncConnection.connect(dsn, autocommit=True) as connection,
    ):
        await connection.execute(_TABLES)
        async with serving(dsn) as port:
            bench = _Bench(dsn, port, count())
            singles = [(await _singles(bench), await _empties(bench)) for _ in range(1 + ROUNDS)]
            batches = [(await _batches(bench), await _copied(bench)) for _ in range(ROUNDS)]
            peer = await _alertmanager(bench) if alertmanager.is_installed() else []
            await connection.execute("UPDATE delivery SET understood_at = now()")
            storms = [(hosts, await _understood(bench, hosts)) for hosts in (1, 50)]
    return [
        compared("intake", "alerts accepted, one a post", "/s", "an empty handler", singles[1:]),
        compared("intake", f"alerts accepted, {BATCH} a post", "/s", "bare COPY", batches),
        *peer,
        *(alone("intake", f"alerts understood, groups: {hosts}", "/s", [rate]) for hosts, rate in storms),
    ]


async def _alertmanager(bench: _Bench) -> list[Figure]:
    """Ours durable and theirs in memory, in turn."""
    async with alertmanager.alertmanager() as port:
        singles = [(await _singles(bench), await _theirs(bench, port, SINGLES, 1)) for _ in range(ROUNDS)]
        batches = [
            (await _batches(bench), await _theirs(bench, port, BATCH * BATCHES, BATCH)) for _ in range(ROUNDS)
        ]
    return [
        compared("intake", "alerts accepted, one a post", "/s", alertmanager.NAME, singles),
        compared("intake", f"alerts accepted, {BATCH} a post", "/s", alertmanager.NAME, batches),
    ]


async def _theirs(bench: _Bench, port: int, alerts: int, batch: int) -> float:
    hosts = [f"srv-{next(bench.numbers)}" for _ in range(alerts)]
    return await alertmanager.accepted(port, hosts, batch, CONNECTIONS if batch == 1 else 8)


async def _singles(bench: _Bench) -> float:
    posts = _posts(bench.alerts(SINGLES), 1)
    return (await load(bench.port, posts, connections=CONNECTIONS)).per_second


async def _empties(bench: _Bench) -> float:
    posts = [post("/empty", b"", {})] * SINGLES
    return (await load(bench.port, posts, connections=CONNECTIONS)).per_second


async def _batches(bench: _Bench) -> float:
    posts = _posts(bench.alerts(BATCH * BATCHES), BATCH)
    return (await load(bench.port, posts, connections=8)).per_second * BATCH


def _posts(alerts: Sequence[bytes], batch: int) -> list[bytes]:
    headers = {"Authorization": f"Bearer {BEARER.decode()}", "Content-Type": "application/x-ndjson"}
    bodies = [b"\n".join(alerts[at : at + batch]) for at in range(0, len(alerts), batch)]
    return [post("/alerts/bench", body, headers) for body in bodies]


async def _copied(bench: _Bench) -> float:
    """Alerts a second by COPY alone: the same bytes, a row for each alert, one commit for each batch."""
    alerts = bench.alerts(BATCH * BATCHES)
    began = time.perf_counter()
    async with await psycopg.AsyncConnection.connect(bench.dsn, autocommit=True) as connection:
        for at in range(0, len(alerts), BATCH):
            async with connection.cursor().copy("COPY bench_copy (raw) FROM STDIN (FORMAT binary)") as copy:
                copy.set_types(["bytea"])
                for raw in alerts[at : at + BATCH]:
                    await copy.write_row((raw,))
    return len(alerts) / (time.perf_counter() - began)


class _Says:
    """A gateway that answers at once."""

    def __init__(self) -> None:
        self.declared = 0

    async def submit(self, command: Command) -> Verdict:
        """Say that it is done."""
        self.declared += command.verb == "declare"
        key = command.incident or IncidentKey(f"INC-2026-{self.declared:04}")
        return Verdict(outcome=Outcome.DONE, code="done", incident=key)


async def _understood(bench: _Bench, hosts: int) -> float:
    """Alerts a second from the first post until every alert stands in its group and every incident was told."""
    gateway = _Says()
    posts = _posts(bench.alerts(STORM, hosts), BATCH)
    began = time.perf_counter()
    async with open_pool(bench.dsn) as pool:
        groups = PostgresAlertGroups(pool)
        understand = Understand(
            PostgresUnderstanding(pool), OneSource(), lambda: _ROUTING, _goes_on_in, utc_now
        )
        relay = OutboxRelay(PostgresOutbox(pool), groups, gateway, utc_now)
        loops = [asyncio.create_task(_for_ever(each)) for each in (understand.step, relay.step)]
        await load(bench.port, posts, connections=CONNECTIONS)
        await until(lambda: _all_told(pool))
        for each in loops:
            each.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
    if gateway.declared != hosts:
        raise RuntimeError(f"a storm of {hosts} groups declared {gateway.declared} incidents")
    return STORM / (time.perf_counter() - began)


async def _for_ever(step: Callable[[], Awaitable[int]]) -> None:
    while True:
        if not await step():
            await asyncio.sleep(0.005)


async def _all_told(pool: Pool) -> bool | None:
    """True when every delivery is understood and every group has told what it knows."""
    async with connected(pool) as connection:
        row = await (await connection.execute(_LEFT)).fetchone()
    return True if row == (False,) else None


async def _goes_on_in(key: IncidentKey) -> IncidentKey:
    return key
