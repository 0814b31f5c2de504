"""The page of a review: several write, nobody's words are lost, and each act is a command."""

import re
from html import unescape

import httpx
import pytest

from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.review.words import digest
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.conftest import Browser
from tests.worlds import BEGAN_AT, HOSTILE, RANSOMWARE, a_ransomware_incident

PAGE = f"/incidents/{RANSOMWARE}/review"
EARLIER = IncidentKey("INC-2026-0007")


@pytest.fixture
def circle() -> Circle:
    return a_web(
        views=FakeViews(
            a_ransomware_incident(key=EARLIER, began_at=BEGAN_AT), a_ransomware_incident(closed=True)
        )
    )


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def send(client: httpx.AsyncClient, page: str, act: str = "", **fields: str) -> httpx.Response:
    own = {name: hidden(page, name) for name in ("form_token", "once")}
    return await client.post(f"{PAGE}{act}", data={**own, **fields})


async def read(client: httpx.AsyncClient, address: str = PAGE) -> str:
    answer = await client.get(address)
    assert answer.status_code == 200, answer.text[-400:]
    return answer.text


async def test_the_first_draft_is_made_from_the_record(browser: Browser) -> None:
    page = unescape(await read(await browser("unhcr-ciso")))
    assert "nobody has saved it yet" in page
    for said in (
        "an incident of the class malicious code, severity critical, led by UNHCR.",
        "2026-11-21 22:04",
        "A person acted 6 min after the first alert.",
        "C-2 was not answered by WFP.",
        "failed, or nobody knows whether it happened.",
    ):
        assert said in page


async def test_the_first_draft_holds_nothing_that_a_party_may_not_read(
    browser: Browser, circle: Circle
) -> None:
    told = circle.views.entries[RANSOMWARE]
    update = next(number for number, entry in enumerate(told) if entry.kind == Kind.UPDATE_POST)
    told[update] = told[update].model_copy(update={"audience": ("UNHCR",)})
    ours, theirs = await browser("unhcr-ciso"), await browser("wfp-duty")
    assert "Three servers are isolated" not in await read(ours)
    drafts = [re.findall(r"<textarea[^>]*>([^<]*)<", await read(each)) for each in (ours, theirs)]
    assert drafts[0] == drafts[1]


async def test_what_one_saves_everybody_reads_and_the_record_has_its_hash(
    browser: Browser, circle: Circle
) -> None:
    ours, theirs = await browser("unhcr-ciso"), await browser("wfp-duty")
    page = await read(ours)
    answer = await send(ours, page, base="0", summary="We were lucky.\r\nAnd quick.", lessons="")
    assert answer.status_code == 303
    seen = await read(theirs)
    assert "We were lucky.\nAnd quick." in seen
    assert "Version 1" in seen
    (entry,) = [each for each in circle.views.entries[RANSOMWARE] if each.kind == Kind.REVIEW_SAVE]
    assert entry.data["sha256"] == digest(entry.texts)


async def test_the_same_form_sent_twice_is_one_version(browser: Browser, circle: Circle) -> None:
    ours = await browser("unhcr-ciso")
    page = await read(ours)
    for _ in range(2):
        assert (await send(ours, page, base="0", summary="Once.")).status_code == 303
    assert "Version 2" not in await read(ours)


async def test_of_two_who_write_at_once_the_second_is_shown_both_and_loses_nothing(browser: Browser) -> None:
    ours, theirs = await browser("unhcr-ciso"), await browser("wfp-duty")
    our_page, their_page = await read(ours), await read(theirs)
    await send(theirs, their_page, base="0", summary="Theirs.", lessons="The same.")
    answer = await send(ours, our_page, base="0", summary="Ours.", lessons="The same.")
    assert answer.status_code == 409
    assert "Somebody saved version 1 while you wrote on version 0." in answer.text
    assert "Theirs." in answer.text
    assert re.search(r"<textarea[^>]*>Ours\.</textarea>", answer.text)
    assert hidden(answer.text, "base") == "1"
    assert answer.text.count('class="both conflicting"') == 1
    again = await send(ours, answer.text, base="1", summary="Theirs. Ours.", lessons="The same.")
    assert again.status_code == 303
    assert "Theirs.</div>" in await read(ours, f"{PAGE}?version=1")


async def test_it_is_signed_and_published_with_its_words(browser: Browser, circle: Circle) -> None:
    ciso, duty = await browser("unhcr-ciso"), await browser("unhcr-duty")
    await send(ciso, await read(ciso), base="0", summary="All is said.")
    early = await send(ciso, await read(ciso), "/publish", marking="TLP:AMBER")
    assert early.status_code == 409
    assert "is not signed by: command, lead" in early.text
    for who, role in ((duty, "command"), (ciso, "lead")):
        assert (await send(who, await read(who), "/sign", role=role, version="1")).status_code == 303
    assert (await send(ciso, await read(ciso), "/publish", marking="TLP:AMBER")).status_code == 303
    page = await read(ciso)
    assert "It stands." in page
    assert "<textarea" not in page.partition("Take something on")[0]
    (entry,) = [each for each in circle.views.entries[RANSOMWARE] if each.kind == Kind.REVIEW_PUBLISH]
    assert entry.texts["summary"] == "All is said."
    assert digest(entry.texts) == entry.data["sha256"]


async def test_an_action_is_taken_on_and_done(browser: Browser) -> None:
    theirs = await browser("wfp-duty")
    answer = await send(
        theirs, await read(theirs), "/action", text="Test restores.", owner="wfp-responder", due="2026-12-24"
    )
    assert answer.status_code == 303
    page = await read(theirs)
    assert "Test restores." in page
    assert "wfp-responder of WFP" in page
    ours = await browser("unhcr-ciso")
    refused = await send(ours, await read(ours), "/done", item="A-1")
    assert "only its own people say that it is done" in unescape(refused.text)
    assert (await send(theirs, page, "/done", item="A-1")).status_code == 303
    assert "is done</button>" not in await read(theirs)


async def test_incidents_like_it_are_listed_with_what_both_share(browser: Browser) -> None:
    page = (await read(await browser("unhcr-ciso"))).partition("Incidents like this one")[2]
    assert f'href="/incidents/{EARLIER}"' in page
    assert "100 %" in page
    assert "malicious-code" in page


async def test_hostile_words_are_words(browser: Browser) -> None:
    ours = await browser("unhcr-ciso")
    await send(ours, await read(ours), base="0", **dict.fromkeys(("summary", "lessons"), "\n".join(HOSTILE)))
    for address in (PAGE, f"{PAGE}?version=1"):
        page = await read(ours, address)
        assert "<script>alert" not in page
        assert "<img" not in page
        assert "<h1>TLP" not in page


async def test_whoever_may_not_know_of_it_finds_nothing(browser: Browser, nobody: httpx.AsyncClient) -> None:
    stranger = await browser("oict-ciso")
    assert (await stranger.get(PAGE)).status_code == 404
    assert (await nobody.get(PAGE)).status_code == 303
    open_one = await browser("unhcr-ciso")
    assert (await open_one.get(f"/incidents/{EARLIER}/review")).status_code == 404
    assert (await open_one.get(f"{PAGE}?version=9")).status_code == 404
    assert (await open_one.post(PAGE, data={"base": "0"})).status_code in (403, 422)
