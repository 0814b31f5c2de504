"""Live updates over a real connection: sent as recorded, taken up where one was, ended when one may not know."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot.serving import served
from bot.web.room.live import Live
from playbooks.domain.kinds import Kind
from tests.web.circle import Circle, FakeViews
from tests.web.conftest import signed_in
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident

LENGTH = len(a_ransomware_incident())


class Stream:
    """A browser's event source: events as they come, in blocks of fields."""

    def __init__(self, answer: httpx.Response) -> None:
        self._lines = answer.aiter_lines()

    async def next(self) -> dict[str, str]:
        async with asyncio.timeout(30):
            fields: dict[str, str] = {}
            async for line in self._lines:
                name, _, value = line.partition(":")
                if not line and "data" in fields:
                    return fields
                if not line:
                    fields = {}
                elif name:
                    value = value.removeprefix(" ")
                    fields[name] = f"{fields[name]}\n{value}" if name in fields else value
        return {}


@asynccontextmanager
async def following(
    app: FastAPI, circle: Circle, port: int, person: str, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    cookies = {"muster_session": await signed_in(circle, person)}
    async with served(app, "127.0.0.1", port), httpx.AsyncClient(cookies=cookies, timeout=5) as client:
        place = f"http://127.0.0.1:{port}/incidents/{RANSOMWARE}/events{query}"
        async with client.stream("GET", place, headers=headers) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Type"].startswith("text/event-stream")
            yield Stream(answer)


def note(circle: Circle, words: str, **said: object) -> None:
    entries = circle.views.entries[RANSOMWARE]
    story = Story(at=entries[-1].at, directory=circle.parts.directory, entries=list(entries))
    circle.views.append(story.say("unicc-duty", 1, Kind.NOTE_ADD, texts={"note": words}, **said))


async def heard(circle: Circle) -> None:
    """Until the page listens."""
    async with asyncio.timeout(30):
        while not circle.views.ears:
            await asyncio.sleep(0.01)


async def test_a_note_arrives_with_its_position_and_the_pieces_that_changed(
    app: FastAPI, circle: Circle, port: int
) -> None:
    async with following(app, circle, port, "wfp-duty", f"?after={LENGTH}") as stream:
        await heard(circle)
        note(circle, "<b>Relay is clean.</b>")
        entry, glance, waiting = [await stream.next() for _ in range(3)]
    assert (entry["event"], entry["id"]) == ("entry", str(LENGTH + 1))
    assert "&lt;b&gt;Relay is clean.&lt;/b&gt;" in entry["data"]
    assert 'id="glance"' in glance["data"]
    assert 'id="waiting"' in waiting["data"]


async def test_who_was_away_goes_on_where_she_was(app: FastAPI, circle: Circle, port: int) -> None:
    note(circle, "While you were away.")
    headers = {"Last-Event-ID": str(LENGTH)}
    async with following(app, circle, port, "wfp-duty", "?after=3", **headers) as stream:
        assert "While you were away." in (await stream.next())["data"]


async def test_the_stream_holds_nothing_that_the_page_would_not(
    app: FastAPI, circle: Circle, port: int
) -> None:
    async with following(app, circle, port, "wfp-duty", f"?after={LENGTH}") as stream:
        await heard(circle)
        note(circle, "Between us.", shown_to=("UNICC",))
        note(circle, "For all.")
        told = await stream.next()
    assert "For all." in told["data"]
    assert "Between us." not in str(told)


async def test_signing_out_ends_the_stream(app: FastAPI, circle: Circle, port: int) -> None:
    async with following(app, circle, port, "wfp-duty", f"?after={LENGTH}") as stream:
        await heard(circle)
        circle.pass_time(timedelta(hours=3))
        note(circle, "Too late.")
        assert await stream.next() == {"event": "over", "data": "signed-out"}


async def test_who_may_no_longer_know_is_told_no_more(app: FastAPI, circle: Circle, port: int) -> None:
    async with following(app, circle, port, "wfp-duty", f"?after={LENGTH}") as stream:
        await heard(circle)
        circle.views.entries[RANSOMWARE] = circle.views.entries[RANSOMWARE][1:4]
        note(circle, "Not for you.")
        assert await stream.next() == {"event": "over", "data": "gone"}


async def test_who_was_away_for_long_loads_the_page(app: FastAPI, circle: Circle, port: int) -> None:
    for number in range(501):
        note(circle, f"Note {number}.")
    async with following(app, circle, port, "wfp-duty", f"?after={LENGTH}") as stream:
        assert await stream.next() == {"event": "over", "data": "behind"}


async def test_many_pages_share_one_ear() -> None:
    views = FakeViews(a_ransomware_incident())
    live = Live(views)
    pages = [live.follow(RANSOMWARE, timedelta(seconds=5)) for _ in range(20)]
    assert all([await anext(page) for page in pages])
    async with asyncio.timeout(30):
        while not views.ears:
            await asyncio.sleep(0)
    assert (len(views.ears), live.following) == (1, 20)
    story = Story(at=views.entries[RANSOMWARE][-1].at)
    views.append(story.say("unicc-duty", 1, Kind.NOTE_ADD, texts={"note": "x"}))
    assert all([await anext(page) for page in pages])
    for page in pages:
        await page.aclose()
    async with asyncio.timeout(30):
        while views.ears:
            await asyncio.sleep(0)
    assert live.following == 0


@pytest.mark.parametrize("silence", [timedelta(milliseconds=20)])
async def test_silence_is_told_so_that_a_session_can_be_looked_at(silence: timedelta) -> None:
    page = Live(FakeViews(a_ransomware_incident())).follow(RANSOMWARE, silence)
    assert [await anext(page), await anext(page)] == [True, False]
    await page.aclose()
