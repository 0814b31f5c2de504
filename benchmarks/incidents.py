"""Benchmark: the list of 10,000 incidents, filtered, sorted and searched, and the figures counted over them.

Each incident has eight entries and three parties; one in ten is open. The reader knows of all of them.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx

from benchmarks.figure import Figure, alone
from benchmarks.ground import until
from benchmarks.timeline import READER
from bot.composition.installation import Installation
from bot.demo.pages import session_cookie
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Severity
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking

COUNT: Final = 10_000
ROUNDS: Final = 3
_TOGETHER: Final = 100
_BEGAN: Final = datetime(2024, 1, 1, tzinfo=UTC)
_LEAD: Final = OrganizationCode("UNHCR")
PAGES: Final = {
    "the open ones": "/incidents",
    "all of them": "/incidents?which=all",
    "all, by severity, page 20": "/incidents?which=all&sort=severity&page=20",
    "search for a rare word": "/incidents?which=all&q=ransomware4711",
    "search for a word in each": "/incidents?which=all&q=ransomware",
    "the board of figures": "/metrics-board",
    "what is behind a figure": "/metrics-board?figure=severity.critical",
}


async def measure(muster: Installation) -> list[Figure]:
    """Record them, then load each page: the first time, and again."""
    before = await _integrated(muster)
    for first in range(0, COUNT, _TOGETHER):
        batch = [entry for number in range(first, first + _TOGETHER) for entry in _story(muster, number)]
        await muster.record.append(batch)

    async def all_placed() -> bool | None:
        return True if await _integrated(muster) >= before + COUNT * _ENTRIES else None

    await until(all_placed, pause_s=0.5, patience_s=900)
    async with muster.pool.connection() as connection:
        await connection.execute("ANALYZE")
    cookie = await session_cookie(muster, READER)
    origin = f"http://localhost:{muster.settings.port}"
    figures: list[Figure] = []
    async with httpx.AsyncClient(base_url=origin, headers={"Cookie": cookie}, timeout=600) as client:
        for what, path in PAGES.items():
            at_first, *again = [await _served(client, path) for _ in range(1 + ROUNDS)]
            figures.append(alone("incidents", f"{COUNT:,}: {what}, first", "ms", [at_first]))
            figures.append(alone("incidents", f"{COUNT:,}: {what}, again", "ms", again))
    return figures


async def _integrated(muster: Installation) -> int:
    async with muster.pool.connection() as connection:
        row = await (
            await connection.execute("SELECT count(*) FROM leaf WHERE tree <> 'installation'")
        ).fetchone()
        return int(row[0]) if row else 0


async def _served(client: httpx.AsyncClient, path: str) -> float:
    began = time.perf_counter()
    answer = await client.get(path)
    answer.raise_for_status()
    return (time.perf_counter() - began) * 1000


_ENTRIES: Final = 8


def _story(muster: Installation, number: int) -> Iterator[Entry]:
    duty, wfp, unicc = (
        Actor.of(muster.directory.person(who)) for who in ("unhcr-duty", "wfp-duty", "unicc-duty")
    )
    key, at = IncidentKey(f"INC-2020-{number + 10_000:06}"), _BEGAN + timedelta(hours=number)
    severity = tuple(Severity)[number % 4].value
    declared = {"lead": _LEAD, "severity": severity, "class": "malicious-code", "marking": "TLP:AMBER"}
    task = {"task": "UNHCR-1", "organization": "UNHCR", "function": "cyber"}
    last = (Kind.CLOSE, {"was": "respond"}) if number % 10 else (Kind.SEVERITY_CHANGE, {"severity": severity})
    told: tuple[tuple[Actor, str, dict[str, Any], dict[str, str]], ...] = (
        (duty, Kind.DECLARE, declared, {"title": f"Ransomware ransomware{number}"}),
        (
            duty,
            Kind.ROLE_ASSIGN,
            {"role": "incident_commander", "person": duty.id, "organization": "UNHCR"},
            {},
        ),
        (wfp, Kind.PARTY_JOIN, {"organization": "WFP"}, {}),
        (unicc, Kind.PARTY_JOIN, {"organization": "UNICC"}, {}),
        (duty, Kind.TASK_ADD, task, {"text": "Isolate the host."}),
        (duty, Kind.PHASE_CHANGE, {"phase": "recover"}, {}),
        (duty, Kind.TASK_DONE, task, {}),
        (duty, *last, {}),
    )
    for place, (who, kind, data, texts) in enumerate(told):
        yield Entry(
            id=entry_id(key, place),
            incident=key,
            kind=kind,
            at=at + timedelta(minutes=place),
            actor=who,
            subject="incident",
            data=dict(data),
            texts=texts,
            marking=Marking.AMBER,
            audience=("parties",),
        )
