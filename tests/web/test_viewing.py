"""Who saw what: opening a page counts, what loads by itself does not, and what is fetched beforehand is refused."""

from collections.abc import Awaitable, Callable

import httpx
import pytest

from playbooks.domain.kinds import Kind
from tests.web.circle import Circle
from tests.worlds import RANSOMWARE

Browser = Callable[[str], Awaitable[httpx.AsyncClient]]
PAGE = f"/incidents/{RANSOMWARE}"


def seen(circle: Circle) -> list[tuple[str, str]]:
    """Who saw the incident, and how."""
    told = circle.views.entries[RANSOMWARE]
    return [(entry.actor.id, entry.data["way"]) for entry in told if entry.kind == Kind.CASE_VIEW]


async def test_an_incident_s_page_its_room_and_its_data_count_once_each(
    circle: Circle, browser: Browser
) -> None:
    client = await browser("wfp-duty")
    for _ in range(3):
        for path in (PAGE, f"{PAGE}?kind=notes", f"/rooms/{RANSOMWARE}", f"{PAGE}.json"):
            assert (await client.get(path)).status_code == 200
    assert seen(circle) == [("wfp-duty", "page"), ("wfp-duty", "room"), ("wfp-duty", "data")]


async def test_lists_and_figures_do_not_count(circle: Circle, browser: Browser) -> None:
    client = await browser("wfp-duty")
    for path in ("/incidents", "/incidents?which=all", "/rooms", "/triage"):
        assert (await client.get(path)).status_code == 200
    assert seen(circle) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"X-Moz": "prefetch"},
    ],
)
async def test_what_a_browser_fetches_beforehand_is_not_given_and_does_not_count(
    circle: Circle, browser: Browser, headers: dict[str, str]
) -> None:
    client = await browser("wfp-duty")
    for path in (PAGE, f"/rooms/{RANSOMWARE}", f"{PAGE}.json"):
        answer = await client.get(path, headers=headers)
        assert answer.status_code == 503
        assert "Ransomware" not in answer.text
    assert seen(circle) == []


async def test_who_may_not_know_of_it_has_seen_nothing(circle: Circle, browser: Browser) -> None:
    client = await browser("oict-duty")
    assert (await client.get(PAGE)).status_code == 404
    assert seen(circle) == []


async def test_the_story_does_not_tell_who_looked(circle: Circle, browser: Browser) -> None:
    client = await browser("wfp-duty")
    before = (await client.get(f"{PAGE}.json")).json()
    assert seen(circle) != []
    assert (await client.get(f"{PAGE}.json")).json() == before
