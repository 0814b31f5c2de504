"""The board of figures: what a reader may see is in it, what she may not is in no number of it."""

import re

import httpx
import pytest

from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.figures.noise import AlertGroups
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.conftest import Browser
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident

SECOND = IncidentKey("INC-2026-0051")


@pytest.fixture
def circle() -> Circle:
    story = Story(key=SECOND)
    story.say(
        "wfp-duty",
        0,
        Kind.DECLARE,
        lead="WFP",
        severity="low",
        marking="TLP:RED",
        restricted=True,
        named=["wfp-duty"],
        shown_to=("person:wfp-duty",),
        marked="TLP:RED",
        texts={"title": "About one of us"},
        **{"class": "insider"},
    )
    views = FakeViews(a_ransomware_incident(closed=True), story.entries)
    views.groups[OrganizationCode("WFP")] = [
        AlertGroups(source="soc", status="attached", incident=SECOND, groups=1, alerts=7, arrivals=4711),
        AlertGroups(source="soc", status="dismissed", incident=None, groups=2, alerts=2, arrivals=3),
    ]
    return a_web(views=views)


async def page(client: httpx.AsyncClient, address: str = "/metrics-board") -> str:
    answer = await client.get(address)
    assert answer.status_code == 200
    return answer.text


async def test_each_figure_leads_to_the_incidents_behind_it(browser: Browser) -> None:
    ours = await browser("unhcr-ciso")
    assert "figure=severity.critical#behind" in await page(ours)
    behind = (await page(ours, "/metrics-board?figure=severity.critical")).partition('id="behind"')[2]
    assert f'<a href="/incidents/{RANSOMWARE}">' in behind
    assert "No incident is behind this figure" in await page(ours, "/metrics-board?figure=severity.low")
    assert 'id="behind"' not in await page(ours, "/metrics-board?figure=nothing.x")


async def test_what_is_behind_a_figure_is_listed_fifty_to_a_page(browser: Browser, circle: Circle) -> None:
    for number in range(60):
        story = Story(key=IncidentKey(f"INC-2026-1{number:03}"))
        declared = {"lead": "UNHCR", "severity": "low", "marking": "TLP:AMBER", "class": "other"}
        story.say("unhcr-duty", number, Kind.DECLARE, texts={"title": f"Number {number}"}, **declared)
        circle.views.entries[story.key] = list(story.entries)
    ours = await browser("unhcr-ciso")
    first = await page(ours, "/metrics-board?figure=severity.low")
    assert "Page 1 of 2, 60 incidents" in first
    rest = await page(ours, re.findall(r'href="([^"]+)" rel="next"', first)[0].replace("&amp;", "&"))
    assert "Page 2 of 2" in rest
    listed = [re.findall(r'href="/incidents/(INC-2026-1\d{3})"', each) for each in (first, rest)]
    assert (len(listed[0]), len({*listed[0], *listed[1]})) == (50, 60)


async def test_how_each_time_is_defined_stands_on_the_page(browser: Browser) -> None:
    text = await page(await browser("unhcr-ciso"))
    for said in ("From the first alert to the first act of a person", "nine of ten took no longer"):
        assert said in text


async def test_what_a_reader_may_not_know_of_is_in_no_number(browser: Browser) -> None:
    named, other = await browser("wfp-duty"), await browser("wfp-ciso")
    for address in ("/metrics-board", "/metrics-board.csv"):
        assert "insider" in await page(named, address)
        assert not [
            word for word in ("insider", "4711", "4,711", SECOND) if word in await page(other, address)
        ]
    assert "4,711" in await page(named)


async def test_days_choose_and_are_kept_in_the_links(browser: Browser) -> None:
    ours = await browser("unhcr-ciso")
    assert "Nothing to count yet" in await page(ours, "/metrics-board?from=2027-01-01")
    inside = await page(ours, "/metrics-board?from=2026-11-01&to=2026-11-30")
    assert "from=2026-11-01&amp;to=2026-11-30&amp;figure=" in inside
    assert (await ours.get("/metrics-board?from=2026-02-31")).status_code == 422


async def test_the_file_is_for_whoever_is_signed_in_and_holds_the_same_numbers(
    nobody: httpx.AsyncClient, browser: Browser
) -> None:
    assert (await nobody.get("/metrics-board.csv")).status_code == 303
    answer = await (await browser("unhcr-ciso")).get("/metrics-board.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert f"severity,critical,incidents,1,number,{RANSOMWARE}" in answer.text
