"""What is no plain text: live updates, read as a browser has them, and what stands on paper, in its own bytes."""

import asyncio
import re
from io import BytesIO

import httpx
import pytest
from pypdf import PdfReader

from bot.embedded import free_port
from bot.serving import served
from tests.policy.canaries import PEOPLE
from tests.policy.walking import NOWHERE, Walk, browser_of, session_of

PIECES = 3
"""Sent after the entries: how it stands, what waits, the steps."""


@pytest.fixture
def port() -> int:
    return free_port()


async def test_live_updates_give_a_reader_what_is_hers_and_nothing_else(walk: Walk, port: int) -> None:
    followed = 0
    async with served(walk.app, "127.0.0.1", port):
        for who in PEOPLE:
            hers = walk.hers(who)
            await browser_of(walk, who)
            for key in walk.told:
                known = walk.hers_of(who, key)
                for query in ("", "?in_room=true"):
                    given = await _streamed(f"http://127.0.0.1:{port}/incidents/{key}/events{query}", who)
                    assert walk.leaked(given, hers) == [], (who, key)
                    assert bool(known) == any(each in given for each in known), (who, key)
                followed += bool(known)
            assert await _streamed(f"http://127.0.0.1:{port}/incidents/{NOWHERE}/events", who)
    assert followed > 5


async def _streamed(address: str, who: str) -> str:
    """All that comes until the page stands, or the whole of the answer where there is no stream."""
    given, pieces = "", 0
    cookies = {"muster_session": session_of(who)}
    async with (
        asyncio.timeout(60),
        httpx.AsyncClient(cookies=cookies, timeout=60) as client,
        client.stream("GET", address) as answer,
    ):
        given = str(answer.headers)
        async for line in answer.aiter_lines():
            given += f"{line}\n"
            pieces += line == "event: piece"
            if line.startswith("event: over") or (pieces == PIECES and not line):
                break
    return given


async def test_what_stands_on_paper_is_what_its_reader_may_have(walk: Walk) -> None:
    papers = 0
    for who in PEOPLE:
        async with await browser_of(walk, who) as browser:
            for key in walk.told:
                for query, ruled in (("", False), ("?chatham_house=true", True)):
                    hers = walk.hers_of(who, key, chatham_house=ruled)
                    answer = await browser.get(f"/incidents/{key}.pdf{query}")
                    assert answer.status_code == (200 if hers else 404), (who, key)
                    given = _read(answer.content) if hers else answer.text
                    assert walk.leaked(given, hers) == [], (who, key, query)
                    if hers:
                        papers += 1
                        assert any(each in given for each in hers), (who, key, query)
    assert papers > 10


async def test_paper_made_for_another_holds_what_both_may_have(walk: Walk) -> None:
    for who in PEOPLE[:3]:
        async with await browser_of(walk, who) as browser:
            for key in walk.told:
                both = walk.hers_of(who, key) & walk.hers_of("wfp-duty", key)
                answer = await browser.get(f"/incidents/{key}.pdf?as=@wfp-duty")
                given = _read(answer.content) if answer.status_code == 200 else answer.text
                assert walk.leaked(given, both) == [], (who, key)


def _read(pdf: bytes) -> str:
    """The text of all pages, what is said about it, and what is attached; as one word, since words are broken there."""
    paper = PdfReader(BytesIO(pdf))
    said = [page.extract_text() for page in paper.pages]
    said += [str(paper.metadata), str(paper.outline), pdf.decode("latin-1"), str(dict(paper.attachments))]
    said += [str(page.get("/Annots")) for page in paper.pages]
    return re.sub(r"[\s\u00ad\u2010-]+", "", "".join(said))
