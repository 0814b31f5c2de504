"""Published reviews: whoever the marking entitles opens them, party or not; to others there is nothing."""

from datetime import timedelta

import httpx
import pytest

from playbooks.domain.entry import Entry, entry_id
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from tests.web.circle import Circle
from tests.web.conftest import Browser
from tests.worlds import RANSOMWARE

PAGE = f"/reviews/{RANSOMWARE}"
WORDS = "Backups were restored within a day."
AUDIENCES = {Marking.CLEAR: ("public",), Marking.GREEN: ("community",)}


def published(circle: Circle, marking: Marking) -> None:
    told = circle.views.entries[RANSOMWARE]
    circle.views.append(
        Entry(
            id=entry_id(f"published/{marking}"),
            incident=RANSOMWARE,
            kind=Kind.REVIEW_PUBLISH,
            at=told[-1].at + timedelta(hours=1),
            actor=told[0].actor,
            subject="review",
            data={"version": 1, "sha256": "0" * 64, "marking": marking.value},
            texts={"summary": WORDS, "lessons": "<b>Test the restore.</b>"},
            marking=marking,
            audience=AUDIENCES.get(marking, ("parties",)),
        )
    )


@pytest.mark.parametrize(
    ("marking", "stranger", "anybody"),
    [(Marking.CLEAR, True, True), (Marking.GREEN, True, False), (Marking.AMBER, False, False)],
)
async def test_a_review_is_read_as_far_as_it_was_published(
    browser: Browser,
    nobody: httpx.AsyncClient,
    circle: Circle,
    marking: Marking,
    *,
    stranger: bool,
    anybody: bool,
) -> None:
    published(circle, marking)
    client = await browser("oict-duty")
    for each, may, otherwise in ((client, stranger, 404), (nobody, anybody, 303)):
        answer = await each.get(PAGE)
        assert (answer.status_code, WORDS in answer.text) == ((200, True) if may else (otherwise, False))
        assert not may or f'data-tlp="{marking.value}"' in answer.text
        assert "<b>Test" not in answer.text
    assert (PAGE in (await client.get("/reviews")).text) is stranger


async def test_what_was_not_published_is_answered_like_an_incident_that_is_not(
    browser: Browser, circle: Circle
) -> None:
    client = await browser("oict-duty")
    there, nowhere = await client.get(PAGE), await client.get("/reviews/INC-2026-9999")
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.text.replace(RANSOMWARE, "INC-2026-9999") == nowhere.text


async def test_a_publication_tells_nothing_else_of_its_incident(browser: Browser, circle: Circle) -> None:
    published(circle, Marking.GREEN)
    client = await browser("oict-duty")
    page = (await client.get(PAGE)).text
    for told in circle.views.entries[RANSOMWARE][:-1]:
        assert not [words for words in told.texts.values() if len(words) > 8 and words in page]
    assert (await client.get(f"/incidents/{RANSOMWARE}")).status_code == 404
    assert RANSOMWARE not in (await client.get("/incidents?which=all")).text


async def test_the_list_of_reviews_needs_somebody(nobody: httpx.AsyncClient) -> None:
    assert (await nobody.get("/reviews")).status_code == 303
