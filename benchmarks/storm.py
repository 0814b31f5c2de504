"""Benchmark (b): from an alert sent to room open, page out and ticket made, alone and at the height of a storm.

A whole Muster takes the alerts over HTTP, by the rules that ship; whoever sends is a process of its own. The simulated
vendors answer at once: what is measured is Muster's own share.
"""

import asyncio
import json
import multiprocessing
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import count, cycle
from statistics import median
from typing import Final

from benchmarks.figure import Figure, alone
from benchmarks.ground import until
from benchmarks.http_load import load, post
from bot.composition.installation import Installation
from integrations.postgres.database import connected

ROUNDS: Final = 5
ALERTS: Final = 10_000
INCIDENTS: Final = 50
OTHERS: Final = 500
"""Groups of the storm that are no incident; what is neither of these nor the first of an incident belongs to one."""
BATCH: Final = 100
GOING_ON: Final = 300
"""Repeats a second after the storm's height."""
DUPLICATES: Final = 900
PATIENCE_S: Final = 300.0
"""Beside others at work the last page of a storm takes longer than a minute."""
SOURCE: Final = "generic"

READY: Final = {"room open": "room.open", "page out": "page.trigger", "ticket made": "ticket.create"}

_EFFECTS = """
SELECT alert_group.title, effect.request ->> 'action', min(extract(epoch FROM effect.concluded_at))
FROM alert_group JOIN effect ON effect.incident = alert_group.incident
WHERE effect.state = 'done' AND effect.request ->> 'action' = ANY(%s) AND alert_group.title LIKE %s
GROUP BY 1, 2
"""
_TOLD = """
SELECT count(*) FROM alert_group WHERE title LIKE %s AND status = 'attached' AND NOT waiting AND told = arrivals
"""
_numbers = count()


async def measure(muster: Installation) -> list[Figure]:
    """Alone, then 900 duplicates of one, then the storm."""
    bearer = (muster.settings.data / "keys" / f"{SOURCE}.key").read_text("ascii")
    with _sender() as sender:
        bench = _Bench(muster, sender, bearer)
        lone = [await bench.lone() for _ in range(1 + ROUNDS)][1:]
        duplicates = await bench.duplicates()
        storm = await bench.storm()
    return [
        *(alone("storm", f"one alert: {name}", "ms", [each[name] * 1000 for each in lone]) for name in READY),
        alone("storm", f"{DUPLICATES} duplicates, one incident that knows of all", "s", [duplicates]),
        *(alone("storm", name, "s", [seconds]) for name, seconds in storm.items()),
    ]


@contextmanager
def _sender() -> Iterator[ProcessPoolExecutor]:
    """A process that sends; in the end it is not waited for, since it may wait for an answer of this one."""
    sender = ProcessPoolExecutor(1, multiprocessing.get_context("spawn"))
    try:
        yield sender
    finally:
        sender.shutdown(wait=False, cancel_futures=True)


class _Bench:
    def __init__(self, muster: Installation, sender: ProcessPoolExecutor, bearer: str) -> None:
        self._muster = muster
        self._sender = sender
        self._bearer = bearer

    async def lone(self) -> dict[str, float]:
        """Seconds from one alert's sending until each thing is there."""
        name = f"lone-{next(_numbers)}"
        sent = await self._send([_alert(name, name)], 1, 1)
        took = await self._ready(f"{name}:%", 1, sent)
        return {what: times[0] for what, times in took.items()}

    async def duplicates(self) -> float:
        """Seconds from the first of 900 posts of the same alert until its one incident knows of all."""
        name = f"again-{next(_numbers)}"
        alert = _alert(name, name)
        sent = await self._send([alert] * DUPLICATES, 1, 16)
        await until(lambda: self._attached(f"{name}:%", 1))
        return time.time() - min(sent.values())

    async def storm(self) -> dict[str, float]:
        """Ten thousand alerts as fast as they are taken, and repeats of them until the last page is out."""
        name, worked = f"storm-{next(_numbers)}", time.process_time()
        alerts = _storm(name)
        sent = await self._send(alerts, BATCH, 8)
        accepted = time.time() - min(sent.values())
        over = asyncio.Event()
        going_on = asyncio.create_task(self._go_on(alerts, over))
        took = await self._ready(f"{name}:incident%", INCIDENTS, sent)
        over.set()
        await going_on
        await until(lambda: self._attached(f"{name}:incident%", INCIDENTS), patience_s=PATIENCE_S)
        figures = {"all accepted": accepted}
        for ready, times in took.items():
            figures |= {f"{ready}, median of {INCIDENTS}": median(times)}
            figures |= {f"{ready}, the last of {INCIDENTS}": max(times)}
        figures["all understood and told"] = time.time() - min(sent.values())
        figures["processor time of bot and worker"] = time.process_time() - worked
        return {f"{ALERTS:,} alerts: {what}": seconds for what, seconds in figures.items()}

    async def _go_on(self, alerts: list[bytes], over: asyncio.Event) -> None:
        """The storm does not end: what came comes again, some hundred a second."""
        for at in cycle(range(0, len(alerts), BATCH)):
            if over.is_set():
                return
            await self._send(alerts[at : at + BATCH], BATCH, 1)
            await asyncio.sleep(BATCH / GOING_ON)

    async def _send(self, alerts: list[bytes], batch: int, connections: int) -> dict[str, float]:
        headers = {"Authorization": f"Bearer {self._bearer}", "Content-Type": "application/x-ndjson"}
        bodies = [alerts[at : at + batch] for at in range(0, len(alerts), batch)]
        posts = tuple(post(f"/alerts/{SOURCE}", b"\n".join(body), headers) for body in bodies)
        running = asyncio.get_running_loop().run_in_executor
        began = await running(self._sender, send, self._muster.settings.port, posts, connections)
        first: dict[str, float] = {}
        for body, at in zip(bodies, began, strict=True):
            for alert in body:
                first.setdefault(json.loads(alert)["title"], at)
        return first

    async def _ready(self, titles: str, incidents: int, sent: dict[str, float]) -> dict[str, list[float]]:
        """For each of `READY`, how many seconds after its first alert was sent it was there, by incident."""

        async def all_there() -> list[tuple[str, str, float]] | None:
            async with connected(self._muster.pool) as connection:
                cursor = await connection.execute(_EFFECTS, (list(READY.values()), titles))
                rows = await cursor.fetchall()
            return rows if len(rows) == incidents * len(READY) else None

        rows = await until(all_there, 0.1, PATIENCE_S)
        return {
            what: sorted(float(at) - sent[title] for title, done, at in rows if done == action)
            for what, action in READY.items()
        }

    async def _attached(self, titles: str, incidents: int) -> bool | None:
        async with connected(self._muster.pool) as connection:
            row = await (await connection.execute(_TOLD, (titles,))).fetchone()
        return True if row == (incidents,) else None


def send(port: int, posts: tuple[bytes, ...], connections: int) -> list[float]:
    """Send the posts from this process; returns when each was begun, in seconds since 1970."""
    return asyncio.run(load(port, posts, connections=connections)).began


def _storm(name: str) -> list[bytes]:
    """Incidents begin evenly over the storm; their other alerts and the noise lie between."""
    alerts = []
    for number in range(ALERTS):
        incident = number * INCIDENTS // ALERTS
        if number % (ALERTS // INCIDENTS) == 0 or number % 2:
            at = incident if number % (ALERTS // INCIDENTS) == 0 else number % (incident + 1)
            alerts.append(_alert(f"{name}:incident", f"{name}-{at}", number))
        else:
            alerts.append(_alert(f"{name}:noise", f"{name}-noise-{number % OTHERS}", number, "medium"))
    return alerts


def _alert(name: str, host: str, number: int = 0, severity: str = "critical") -> bytes:
    return json.dumps(
        {
            "schema": "muster-alert/1",
            "id": f"{name}-{number}",
            "title": f"{name}: {host}",
            "description": "A process renamed and rewrote files in many folders of a share. " * 4,
            "severity": severity,
            "affected": {"hosts": [host], "users": ["svc-backup"], "ip_addresses": ["192.0.2.17"]},
            "rule": {"id": "R-17", "name": "Mass encryption"},
        }
    ).encode()
