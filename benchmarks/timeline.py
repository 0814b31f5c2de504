"""Benchmark (e): the page of an incident of 100,000 entries beside one of 100, on the server and in a browser.

A page holds 300 entries at most and a picture that gathers, so the two should differ little once the long one is known.
The first page is one of a process that knows nothing yet, after the runner `sheaves` has bound the story.
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
from bot.composition.installation import Installation
from bot.demo.pages import session_cookie
from integrations.postgres.sheaves import BLOCK
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


_SCROLLED: Final = """
() => new Promise((done) => {
  let last = null, slowest = 0;
  const step = (now) => {
    if (last !== null) slowest = Math.max(slowest, now - last);
    last = now;
    const before = scrollY;
    scrollBy({ top: 300, behavior: "instant" });
    if (scrollY === before) done(slowest); else requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})
"""
"""Three hundred pixels a frame, to the end."""
_STALLED: Final = """
() => new Promise((done) => {
  let longest = 0;
  const seen = (list) => list.getEntries().forEach((task) => { longest = Math.max(longest, task.duration); });
  const watch = new PerformanceObserver(seen);
  watch.observe({ type: "longtask", buffered: true });
  setTimeout(() => { seen({ getEntries: () => watch.takeRecords() }); done(longest); }, 100);
})
"""
"""Of those longer than 50 ms (Long Tasks API); 0 where there was none."""
_BINDING_S: Final = 900.0
_Pair = tuple[float, float]
_Seen = tuple[_Pair, _Pair, _Pair]


async def measure(muster: Installation) -> list[Figure]:
    """Both incidents are recorded; the long one is loaded once, then both in turn."""
    short, long = IncidentKey("INC-2025-0100"), IncidentKey("INC-2025-9000")
    for key, count in ((short, SHORT), (long, LONG)):
        await _recorded(muster, key, count)
    origin = f"http://localhost:{muster.settings.port}"
    cookie = await session_cookie(muster, READER)
    async with httpx.AsyncClient(base_url=origin, headers={"Cookie": cookie}, timeout=300) as client:
        await _served(client, short)
        first = await _first(client, long)
        rounds = [(await _served(client, long), await _served(client, short)) for _ in range(ROUNDS)]
    beside = f"of {SHORT} entries"
    figures = [*first, compared("timeline", f"page of {LONG:,} entries, served", "ms", beside, rounds)]
    if CHROMIUM.exists():
        seen = await _seen(origin, cookie, long, short)
        usable, scrolled, stalled = zip(*seen, strict=True)
        figures += [
            compared("timeline", f"page of {LONG:,} entries, usable", "ms", beside, usable),
            compared("timeline", f"page of {LONG:,} entries, slowest frame scrolled", "ms", beside, scrolled),
            alone(
                "timeline",
                f"page of {LONG:,} entries, longest task",
                "ms",
                [of_long for of_long, _ in stalled],
            ),
            alone(
                "timeline",
                f"page of {SHORT} entries, longest task",
                "ms",
                [of_short for _, of_short in stalled],
            ),
        ]
    return figures


async def _first(client: httpx.AsyncClient, key: IncidentKey) -> list[Figure]:
    """The first page of a process, and the processor's time for it: the wall's says more of what else runs here."""
    worked = time.process_time()
    took = await _served(client, key)
    busy = (time.process_time() - worked) * 1000
    return [
        alone("timeline", f"first page ever of {LONG:,} entries", "ms", [took]),
        alone("timeline", f"first page ever of {LONG:,} entries, processor", "ms", [busy]),
    ]


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

    async def bound() -> bool | None:
        async with muster.pool.connection() as connection:
            rows = await connection.execute("SELECT count(*) FROM sheaf_block WHERE tree = %s", (key,))
            return True if await rows.fetchone() == (count // BLOCK,) else None

    await until(bound, pause_s=1, patience_s=_BINDING_S)


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


async def _seen(origin: str, cookie: str, long: IncidentKey, short: IncidentKey) -> list[_Seen]:
    """From the click until the first frame after everything has loaded and run; then scrolled from top to bottom."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            for key in (long, short):
                await _looked_at(browser, origin, cookie, key)
            return [await _in_turn(browser, origin, cookie, long, short) for _ in range(ROUNDS)]
        finally:
            await browser.close()


async def _in_turn(
    browser: Browser, origin: str, cookie: str, long: IncidentKey, short: IncidentKey
) -> _Seen:
    first = await _looked_at(browser, origin, cookie, long)
    then = await _looked_at(browser, origin, cookie, short)
    usable, scrolled, stalled = zip(first, then, strict=True)
    return usable, scrolled, stalled


async def _looked_at(
    browser: Browser, origin: str, cookie: str, key: IncidentKey
) -> tuple[float, float, float]:
    """Milliseconds until it is usable, of the slowest frame while it is scrolled, and of the longest task of all."""
    own = await browser.new_context(base_url=origin)
    name, _, value = cookie.split("; ", maxsplit=1)[0].partition("=")
    await own.add_cookies([{"name": name, "value": value, "url": origin}])
    page = await own.new_page()
    await page.goto(f"/incidents/{key}", wait_until="load")
    usable = float(await page.evaluate(_USABLE))
    scrolled = float(await page.evaluate(_SCROLLED))
    stalled = float(await page.evaluate(_STALLED))
    await own.close()
    return usable, scrolled, stalled
