"""Benchmark (e): the page of an incident of 100,000 entries beside one of 100, on the server and in a browser.

A page holds 300 entries at most and a picture that gathers, so the two should differ little once the long one is known.
"""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
from playwright.async_api import Browser, async_playwright

from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import until
from bot.composition import Installation
from bot.demo.pages import session_cookie
from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind

SHORT, LONG = 100, 100_000
ROUNDS: Final = 5
READER: Final = PersonId("unhcr-ciso")
CHROMIUM: Final = Path("/usr/bin/chromium")
_LEAD: Final = OrganizationCode("UNHCR")
_PARTIES: Final = ("UNHCR", "WFP", "UNICC")
_BEGAN: Final = datetime(2026, 11, 1, tzinfo=UTC)
_BATCH: Final = 500
_USABLE: Final = """
() => new Promise((done) => requestAnimationFrame(() => setTimeout(() => done(performance.now()), 0)))
"""


async def measure(muster: Installation) -> list[Figure]:
    """Both incidents are recorded; the long one is loaded once, then both in turn."""
    short, long = IncidentKey("INC-2025-0100"), IncidentKey("INC-2025-9000")
    for key, count in ((short, SHORT), (long, LONG)):
        await _recorded(muster, key, count)
    origin = f"http://localhost:{muster.settings.port}"
    cookie = await session_cookie(muster, READER)
    async with httpx.AsyncClient(base_url=origin, headers={"Cookie": cookie}, timeout=300) as client:
        await _served(client, short)
        first = alone("timeline", f"first page ever of {LONG:,} entries", "ms", [await _served(client, long)])
        rounds = [(await _served(client, long), await _served(client, short)) for _ in range(ROUNDS)]
    beside = f"of {SHORT} entries"
    figures = [first, compared("timeline", f"page of {LONG:,} entries, served", "ms", beside, rounds)]
    if CHROMIUM.exists():
        seen = await _seen(origin, cookie, long, short)
        figures.append(compared("timeline", f"page of {LONG:,} entries, usable", "ms", beside, seen))
    return figures


async def _recorded(muster: Installation, key: IncidentKey, count: int) -> None:
    batch: list[Entry] = []
    for entry in _story(muster, key, count):
        batch.append(entry)
        if len(batch) == _BATCH:
            await muster.record.append(batch)
            batch = []
    await muster.record.append(batch)

    async def integrated() -> bool | None:
        last = await anext(muster.record.entries(key, count - 1), None)
        return True if last and last[0] == count else None

    await until(integrated)


def _story(muster: Installation, key: IncidentKey, count: int) -> Iterator[Entry]:
    """Declared, two who join, then notes, alerts, tasks and effects by the three of them, twenty seconds apart."""
    people = [Actor.of(muster.directory.person(f"{code.lower()}-duty")) for code in _PARTIES]
    alert = Actor(id="alert", kind=ActorKind.ALERT, organization=_LEAD)
    declared = {"lead": _LEAD, "severity": "high", "class": "other", "marking": "TLP:AMBER"}
    for number in range(count):
        who, kind, data, texts = people[number % 3], Kind.NOTE_ADD, dict[str, object](), {}
        match number:
            case 0:
                who, kind, data, texts = alert, Kind.DECLARE, dict(declared), {"title": f"Of {count} entries"}
            case 1 | 2:
                kind, data = Kind.PARTY_JOIN, {"organization": _PARTIES[number]}
            case _ if number % 10 == 0:
                who, kind, data = alert, Kind.ALERTS_ATTACH, {"group": "G-1", "count": 3}
            case _ if number % 100 == 1:
                task = f"{who.organization}-{number}"
                kind = Kind.TASK_ADD
                data = {
                    "task": task,
                    "organization": who.organization,
                    "requested_by": _LEAD,
                    "function": "cyber",
                }
                texts = {"text": "Search the logs of the proxies for the addresses in the last note."}
            case _ if number % 100 == 4:
                kind, data = Kind.TASK_DONE, {"task": f"{who.organization}-{number - 3}"}
            case _:
                texts = {
                    "note": f"Host {number} was looked at: its memory was copied, and nothing was found."
                }
        yield Entry(
            id=entry_id(f"benchmark:{key}", number),
            incident=key,
            kind=kind,
            at=_BEGAN + timedelta(seconds=20 * number),
            actor=who,
            subject="incident",
            data=data,
            texts=texts,
            audience=("parties",),
        )


async def _served(client: httpx.AsyncClient, key: IncidentKey) -> float:
    began = time.perf_counter()
    answer = await client.get(f"/incidents/{key}")
    took = (time.perf_counter() - began) * 1000
    answer.raise_for_status()
    return took


async def _seen(origin: str, cookie: str, long: IncidentKey, short: IncidentKey) -> list[tuple[float, float]]:
    """From the click until the first frame after everything has loaded and run."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for key in (long, short):
                await _usable(browser, origin, cookie, key)
            return [
                (
                    await _usable(browser, origin, cookie, long),
                    await _usable(browser, origin, cookie, short),
                )
                for _ in range(ROUNDS)
            ]
        finally:
            await browser.close()


async def _usable(browser: Browser, origin: str, cookie: str, key: IncidentKey) -> float:
    own = await browser.new_context(base_url=origin)
    name, _, value = cookie.split("; ", maxsplit=1)[0].partition("=")
    await own.add_cookies([{"name": name, "value": value, "url": origin}])
    page = await own.new_page()
    await page.goto(f"/incidents/{key}", wait_until="load")
    took = float(await page.evaluate(_USABLE))
    await own.close()
    return took
