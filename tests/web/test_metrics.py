"""`/metrics` tells how the process does, and nothing of any incident."""

import re

import httpx

from bot.web.metrics import Metrics
from tests.web.circle import Circle
from tests.web.conftest import Browser
from tests.worlds import RANSOMWARE, a_circle


async def scraped(nobody: httpx.AsyncClient) -> str:
    answer = await nobody.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain")
    return answer.text


async def test_parts_queues_and_requests_are_told(nobody: httpx.AsyncClient, circle: Circle) -> None:
    circle.up["temporal"] = False
    await nobody.get("/healthz")
    text = await scraped(nobody)
    for line in (
        'muster_part_up{part="temporal"} 0.0',
        'muster_part_up{part="database"} 1.0',
        'muster_waiting{queue="commands"} 3.0',
        'muster_http_requests_total{method="GET",route="/healthz",status="200"} 1.0',
    ):
        assert line in text


async def test_no_key_no_name_and_no_word_of_an_incident_is_in_it(
    nobody: httpx.AsyncClient, browser: Browser, circle: Circle
) -> None:
    ours = await browser("wfp-duty")
    pages = ("", ".json", ".md", "?kind=notes", "/events/none")
    for address in (
        *(f"/incidents/{RANSOMWARE}{page}" for page in pages),
        "/metrics-board",
        f"/{RANSOMWARE}",
    ):
        await ours.get(address)
    await ours.request("INC-2026-0042", f"/rooms/{RANSOMWARE}")
    text = await scraped(nobody)
    assert 'route="/incidents/{key}"' in text
    entries = [entry for told in circle.views.entries.values() for entry in told]
    words = {
        word for entry in entries for said in entry.texts.values() for word in re.findall(r"\w{5,}", said)
    }
    ids = {entry.id for entry in entries} | {entry.subject for entry in entries} - {"incident"}
    people = {person.id for person in a_circle().people}
    parties = {"UNHCR", "UNICC", "WFP"}
    its_own = Metrics().exposition(up={}, waiting={}, live=0).decode()
    words = {word for word in words if word not in its_own}
    found = [each for each in {*words, *ids, *people, *parties, RANSOMWARE, "INC-"} if each in text]
    assert found == []
