"""A vendor's guest on the web: let in by a link, to what is her vendor's and nowhere else."""

import re
from collections.abc import Awaitable, Callable

import httpx
import pytest

from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.kinds import Kind
from tests.casts import agreement
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.test_adding import say, send_file, take_copy
from tests.worlds import RANSOMWARE, Story, a_ransomware_incident

Browser = Callable[[str], Awaitable[httpx.AsyncClient]]
PAGE = f"/incidents/{RANSOMWARE}"
GUEST, VENDOR = "ir-example-lead", vendor_of("IR-EXAMPLE")


@pytest.fixture
def circle() -> Circle:
    """The ransomware incident with the vendor called, one of its people a guest, and one entry shared with it."""
    told = a_ransomware_incident()
    story = Story(at=told[-1].at)
    call = {"call": "V-1", "vendor": agreement().vendor}
    terms = agreement().model_dump(mode="json")
    story.say(
        "unhcr-ciso",
        1,
        Kind.RETAINER_CALL,
        "call/V-1",
        **call,
        agreement=terms,
        severity="high",
        shown_to=("UNHCR",),
    )
    story.say(
        "unhcr-ciso", 1, Kind.GUEST_ADMIT, "call/V-1", **call, person=GUEST, organization=VENDOR, lead="UNHCR",
        severity="high", **{"class": "malicious-code"}, declared_at=told[0].at.isoformat(),
        shown_to=("parties", VENDOR),
    )  # fmt: skip
    story.say("unhcr-ciso", 1, Kind.MATERIAL_SHARE, to=[VENDOR], source=["UNHCR"], as_marked="TLP:AMBER",
              texts={"words": "The image of the first server."}, shown_to=("UNHCR", VENDOR))  # fmt: skip
    return a_web(views=FakeViews((*told, *story.entries)))


async def test_a_guest_sees_what_is_shared_with_her_vendor_and_nothing_else_of_it(browser: Browser) -> None:
    client = await browser(GUEST)
    for path in (PAGE, f"/rooms/{RANSOMWARE}", f"{PAGE}.json", f"{PAGE}.md"):
        page = (await client.get(path)).text
        assert "The image of the first server" in page
        assert "Ransomware on file servers" not in page
        assert "wfp-duty" not in page
        assert "unhcr-duty" not in page
    assert RANSOMWARE in (await client.get("/incidents")).text


@pytest.mark.parametrize(
    "path", ["/triage", "/metrics-board", "/costs", "/reviews", "/work-plan", "/rooms", "/oncall.ics"]
)
async def test_what_is_of_no_incident_of_hers_is_not_for_a_guest(browser: Browser, path: str) -> None:
    client = await browser(GUEST)
    assert (await client.get(path)).status_code == 403
    assert f'href="{path}"' not in (await client.get("/incidents")).text


async def test_a_room_offers_a_guest_what_she_may_do(browser: Browser) -> None:
    room = (await (await browser(GUEST)).get(f"/rooms/{RANSOMWARE}")).text
    assert "retainer hours" in room
    assert "hybrid activate" not in room
    assert "directory show" not in room


async def test_whoever_may_admit_makes_a_link_that_is_shown_once_and_recorded(
    circle: Circle, browser: Browser, nobody: httpx.AsyncClient
) -> None:
    client = await browser("unhcr-ciso")
    assert f"{PAGE}/guests/{GUEST}/link" in (await client.get(PAGE)).text
    made = await _link(client, GUEST)
    assert re.search(r"/enrol#[A-Za-z0-9_-]{20,}", made.text)
    entry = circle.views.entries[RANSOMWARE][-1]
    assert (entry.kind, entry.data["person"], entry.texts) == (Kind.GUEST_ENROL, GUEST, {})
    assert (await _link(client, "ir-example-analyst")).status_code == 404
    for other in ("wfp-duty", "unhcr-responder"):
        elsewhere = await browser(other)
        assert f"guests/{GUEST}/link" not in (await elsewhere.get(PAGE)).text
        assert (await _link(elsewhere, GUEST)).status_code == 403
    assert (await _link(await browser(GUEST), GUEST)).status_code == 403


async def _link(client: httpx.AsyncClient, guest: str) -> httpx.Response:
    token = re.findall(r'name="form_token" value="([^"]+)"', (await client.get("/incidents")).text)[0]
    return await client.post(f"{PAGE}/guests/{guest}/link", data={"form_token": token})


async def test_a_guest_has_a_copy_of_what_she_was_handed_and_of_nothing_else(
    circle: Circle, browser: Browser
) -> None:
    commander, guest = await browser("unhcr-duty"), await browser(GUEST)
    for content in (b"the image of the first server", b"not for the vendor"):
        await send_file(commander, content)
    assert (await take_copy(guest)).status_code == 404
    await say(commander, "evidence-hand-over", evidence="E-1", person=f"@{GUEST}", reason="For analysis.")
    page = (await guest.get(PAGE)).text
    assert f"{PAGE}/evidence/E-1" in page
    assert "E-2" not in page
    copy = await take_copy(guest)
    assert copy.content == b"the image of the first server"
    assert copy.headers["Content-Type"] == "application/octet-stream"
    assert (await take_copy(guest, "E-2")).status_code == 404
    link = circle.views.entries[RANSOMWARE][-1]
    assert (link.kind, link.actor.id, link.data["evidence"]) == (Kind.EVIDENCE_COPY, GUEST, "E-1")
    assert f"copied by {GUEST}" in (await (await browser("wfp-duty")).get(PAGE)).text
    said = await say(guest, "evidence-hand-over", evidence="E-1", person="@wfp-duty", reason="Analysed.")
    assert "E-1" in said.text, said.text
    assert (await take_copy(guest)).status_code == 404
    assert f"{PAGE}/evidence/E-1" not in (await guest.get(PAGE)).text
