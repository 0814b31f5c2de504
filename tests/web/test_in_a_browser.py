"""The pages in a real browser: its authenticator, its policy, its eyes."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize, expect

from bot.web.signin.enrolment import invite
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.ports.views import TriageItem
from tests.web.circle import NOW, Circle, FakeViews, a_web
from tests.web.windows import CHROMIUM, DESK, PHONE, Windows, windows_of
from tests.worlds import HOSTILE, RANSOMWARE, Story, a_ransomware_incident

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium: apt-get install -y chromium"),
]
PAGE = f"/incidents/{RANSOMWARE}"
ROOM = f"/rooms/{RANSOMWARE}"
BEHIND = "/metrics-board?figure=severity.critical"
FOUND = "/incidents?q=relay&which=all"
CLOSED = IncidentKey("INC-2026-0043")
REVIEW = f"/incidents/{CLOSED}/review"
SIGNED_IN = (
    *("/incidents", FOUND, PAGE, f"{PAGE}?zoom=4", f"{PAGE}?kind=tasks", f"/incidents/{CLOSED}", ROOM),
    *(f"{ROOM}/forms/ask-status", f"{ROOM}/forms/task-done", f"{ROOM}/forms/hybrid-activate"),
    *("/rooms", "/triage", "/triage/T-1", REVIEW, "/passkeys", "/metrics-board", BEHIND, "/costs"),
)
ANYBODY = ("/sign-in", "/enrol", "/nothing")
TURNING = "[\u202a-\u202e\u2066-\u2069]"
"""What turns the direction of reading for all that follows (Unicode Standard Annex 9); no page shows it."""
MARGINS = """
() => {
  const named = getComputedStyle(document.body).page;
  const print = [...document.styleSheets].find((sheet) => sheet.href.endsWith("/print.css"));
  const rule = [...print.cssRules].find((each) => each.selectorText === named);
  return Object.fromEntries([...rule.cssRules].map((each) => [each.name, each.style.content]));
}
"""
"""What stands in the margins of the pages that this one is printed on."""
WIDTH = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"

STOP = """() => {
  const stop = document.activeElement;
  if (!stop || stop === document.body) return null;
  const box = stop.getBoundingClientRect(), style = getComputedStyle(stop);
  const above = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const marked = style.outlineStyle !== "none" || stop.closest("svg") !== null;
  const seen = marked && above !== null && (stop.contains(above) || above.contains(stop));
  return {seen, name: `${stop.tagName} ${(stop.ariaLabel ?? stop.textContent).trim().slice(0, 40)}`};
}"""
"""What has the focus, and whether it is marked and lies uncovered in the window."""


@pytest.fixture
def circle(port: int) -> Circle:
    words = " ".join(HOSTILE)
    closed = a_ransomware_incident(key=CLOSED, closed=True, hostile=True)
    views = FakeViews(closed, a_ransomware_incident(hostile=True))
    views.items = [
        TriageItem(
            id="T-1",
            source="wazuh",
            title=words,
            severity="unknown",
            count=3,
            first_at=NOW,
            last_at=NOW,
            reason=words,
            organization=None,
        )
    ]
    return a_web(origin=f"http://localhost:{port}", views=views)


@pytest.fixture
async def windows(circle: Circle, port: int) -> AsyncIterator[Windows]:
    async with windows_of(circle, port) as opened:
        yield opened


async def test_a_link_makes_a_passkey_and_codes_and_each_of_them_signs_in(
    windows: Windows, circle: Circle
) -> None:
    parts = circle.parts
    link = (await invite(parts.signin, PersonId("wfp-duty"), parts.settings.origin, parts.now())).link
    page = await windows.open()
    await _with_authenticator(page)

    await page.goto(link)
    await page.get_by_role("button", name="Make a passkey").click()
    await expect(page.get_by_role("heading", name="Recovery codes of wfp-duty")).to_be_focused()
    codes = await page.locator(".codes li").all_inner_texts()
    assert len(codes) == 10
    assert "#" not in page.url
    await page.get_by_role("link", name="I have printed them").click()
    await expect(page).to_have_url(re.compile("/incidents$"))

    await _sign_out(page)
    await page.goto(ROOM)
    await page.get_by_role("button", name="Sign in with a passkey").click()
    await expect(page).to_have_url(re.compile(f"{ROOM}$"))

    await _sign_out(page)
    await _by_code(page, codes[3])
    await expect(page.get_by_text("9 recovery codes are left.")).to_be_visible()
    await _sign_out(page)
    await _by_code(page, codes[3])
    await expect(page.get_by_role("alert")).to_contain_text("the code was used")

    again = await windows.open()
    await _with_authenticator(again)
    await again.goto(link)
    await again.get_by_role("button", name="Make a passkey").click()
    await expect(again.get_by_role("status")).to_contain_text(
        "This enrolment is unknown, was used, or is over."
    )


async def test_when_muster_does_not_answer_the_sign_in_says_so_in_the_readers_language(
    windows: Windows,
) -> None:
    page = await windows.open(locale="fr")
    await _with_authenticator(page)
    await page.goto("/sign-in")
    await page.route("**/sign-in/ask", lambda route: route.abort())
    await page.locator("[data-passkey] button").click()
    await expect(page.locator("[data-passkey] [role=status]")).to_contain_text("a pas répondu")
    assert all("net::ERR_FAILED" in complaint for complaint in windows.complaints)
    windows.complaints.clear()


async def test_what_one_types_stands_in_everybodys_room_at_once(windows: Windows, circle: Circle) -> None:
    ours, theirs = await windows.open("unhcr-ciso"), await windows.open("wfp-duty", size=PHONE)
    for page in (ours, theirs):
        await page.goto(ROOM)
        await expect(page.locator(".live")).to_have_text("live")

    await ours.get_by_label("Command", exact=True).fill("note The relay is quiet")
    await ours.keyboard.press("Enter")
    await expect(ours.locator("#answer")).not_to_be_empty()
    await expect(ours.get_by_label("Command", exact=True)).to_have_value("")
    for page in (ours, theirs):
        await expect(page.locator("#entries > li").last).to_contain_text("The relay is quiet")

    await ours.get_by_label("Command", exact=True).fill("cloze")
    await ours.get_by_role("button", name="Send").click()
    await expect(ours.locator("#answer")).to_contain_text("Did you mean close?")
    await expect(ours.get_by_label("Command", exact=True)).to_have_value("cloze")

    await theirs.get_by_role("button", name="WFP-2 is done").click()
    await expect(theirs.locator("#answer")).not_to_be_empty()
    assert [command.verb for command in circle.gateway.commands] == ["note", "task.done"]


async def test_a_line_offers_what_may_follow_and_a_form_says_what_was_wrong(
    windows: Windows, circle: Circle
) -> None:
    page = await windows.open("wfp-duty", size=PHONE)
    await page.goto(ROOM)
    await page.get_by_label("Command", exact=True).press_sequentially("task done ")
    await expect(page.locator('#commands option[value="task done WFP-2"]')).to_be_attached()
    await page.get_by_role("navigation", name="Forms").get_by_role("link", name="Add a task").click()
    await page.get_by_label("What is to be done").fill("Look at the proxies")
    await page.get_by_label("Who does it").fill("@nobody-of-that-name")
    await page.get_by_role("button", name="Add a task").click()
    await expect(page.get_by_role("alert")).to_contain_text("nobody-of-that-name")
    await expect(page.locator("[aria-invalid]")).to_have_accessible_description(
        re.compile("nobody-of-that-name")
    )
    await expect(page.get_by_label("What is to be done")).to_have_value("Look at the proxies")
    assert circle.gateway.commands == []


async def test_who_joins_sees_at_once_what_came_before(windows: Windows, circle: Circle) -> None:
    told = circle.views.entries[RANSOMWARE]
    join = next(
        n for n, entry in enumerate(told) if entry.kind == Kind.PARTY_JOIN and entry.subject == "part/WFP"
    )
    circle.views.entries[RANSOMWARE] = list(told[:join])
    window = await windows.open("wfp-duty", size=PHONE)
    await window.goto(ROOM)
    await expect(window.get_by_role("button", name="Join for WFP")).to_be_visible()
    await expect(window.locator(".live")).to_have_text("live")
    await expect(window.locator("#entries")).not_to_contain_text("declared the incident")
    circle.views.append(told[join])
    await expect(window.locator("#entries")).to_contain_text("declared the incident")
    await expect(window.get_by_role("button", name="Join for WFP")).not_to_be_attached()


@pytest.mark.parametrize("context", [{}, {"java_script_enabled": False}], ids=["script", "no script"])
async def test_enter_gives_the_command_that_stands_in_the_line(
    windows: Windows, circle: Circle, context: dict[str, Any]
) -> None:
    page = await windows.open("wfp-duty", **context)
    await page.goto(ROOM)
    await expect(page.get_by_role("button", name="Answer: affected")).to_be_visible()
    await page.get_by_label("Command", exact=True).fill("note Just this")
    await page.keyboard.press("Enter")
    await expect(page.locator("#entries > li").last).to_contain_text("Just this")
    assert [command.verb for command in circle.gateway.commands] == ["note"]


async def test_hostile_words_arrive_live_and_are_words(windows: Windows, circle: Circle) -> None:
    room, whole = await windows.open("wfp-duty"), await windows.open("wfp-duty")
    for page, place in ((room, ROOM), (whole, PAGE)):
        await page.goto(place)
        await expect(page.locator(".live")).to_have_text("live")
    entries = circle.views.entries[RANSOMWARE]
    told = Story(at=entries[-1].at, entries=list(entries))
    for words in HOSTILE:
        note = told.say("unhcr-duty", 1, Kind.NOTE_ADD, texts={"note": words})
        circle.views.append(note)
        for page in (room, whole):
            entry = page.locator(f"#e-{note.id}")
            await expect(entry).to_contain_text(re.sub(TURNING, "", words))
            assert await entry.locator(".what").locator("script, img, h1, a").count() == 0
            # What turns the direction of reading turns nothing but itself.
            clock = await entry.locator(".when").bounding_box()
            said = await entry.locator(".what").bounding_box()
            assert clock
            assert said
            assert clock["x"] < said["x"]


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_no_page_bars_anybody(
    windows: Windows, scheme: Literal["light", "dark"], size: ViewportSize
) -> None:
    """What axe finds of WCAG 2.0 to 2.2 at A and AA, and its best practices."""
    for person, pages in (("unhcr-ciso", SIGNED_IN), ("", ANYBODY)):
        window = await windows.open(person, size=size, color_scheme=scheme, reduced_motion="reduce")
        for place in pages:
            await window.goto(place)
            found = (await Axe().run(window)).response["violations"]
            assert [(place, each["id"], each["nodes"][0]["html"]) for each in found] == []


@pytest.mark.parametrize("width", [390, 320])
async def test_no_word_of_the_head_is_broken_on_a_phone(windows: Windows, width: int) -> None:
    page = await windows.open("unhcr-ciso", size=ViewportSize(width=width, height=800))
    await page.goto(ROOM)
    for part in (".top nav a", ".phases li"):
        high = await page.locator(part).evaluate_all(
            "all => Math.max(...all.map((each) => each.getClientRects()[0].height))"
        )
        line = await page.locator(part).first.evaluate("one => parseFloat(getComputedStyle(one).lineHeight)")
        assert high < 2 * line, part


@pytest.mark.parametrize("width", [320, 390])
async def test_no_page_is_wider_than_a_phone(windows: Windows, width: int) -> None:
    for person, pages in (("wfp-duty", SIGNED_IN), ("", ANYBODY)):
        window = await windows.open(person, size={"width": width, "height": 844})
        for place in pages:
            await window.goto(place)
            wanted, given = await window.evaluate(WIDTH)
            assert wanted <= given, place


async def test_on_paper_each_page_is_marked_and_nothing_waits_to_be_pressed(windows: Windows) -> None:
    """TLP 2.0, section 2: the label in header and footer of each page, hence in its margin boxes."""
    window = await windows.open("unhcr-ciso")
    for place in (PAGE, "/incidents", REVIEW, "/metrics-board", ROOM):
        await window.goto(place)
        await window.emulate_media(media="print")
        said = await window.evaluate(MARGINS)
        assert said == {"top-right": '"TLP:AMBER+STRICT"', "bottom-right": '"TLP:AMBER+STRICT"'}, place
        assert [each for each in await window.locator("button").all() if await each.is_visible()] == []
        for area in await window.locator("textarea:visible").all():
            assert await area.evaluate("each => each.scrollHeight <= each.clientHeight + 1"), place
        await window.emulate_media(media="screen")


@pytest.mark.parametrize("marking", Marking)
async def test_every_label_has_its_pages(windows: Windows, marking: Marking) -> None:
    window = await windows.open()
    await window.goto("/sign-in")
    await window.evaluate("label => { document.body.dataset.tlp = label }", marking.value)
    await window.emulate_media(media="print")
    assert set((await window.evaluate(MARGINS)).values()) == {f'"{marking.value}"'}


async def test_a_note_is_written_without_script(windows: Windows, circle: Circle) -> None:
    window = await windows.open("wfp-duty", java_script_enabled=False)
    await window.goto(ROOM)
    await window.get_by_label("Command", exact=True).fill("note Written by hand")
    await window.get_by_role("button", name="Send").click()
    await expect(window.locator("#entries > li").last).to_contain_text("Written by hand")
    await window.reload()
    assert len(circle.gateway.commands) == 1


async def test_what_is_routine_is_shown_on_demand_and_whenever_a_link_leads_to_it(windows: Windows) -> None:
    window = await windows.open("unhcr-ciso", java_script_enabled=False)
    await window.goto(PAGE)
    routine, first = window.locator(".entry.minor"), window.locator(".entry.minor").first
    assert await routine.count() > 1
    await expect(first).to_be_hidden()
    await window.get_by_label("Routine too").check()
    await expect(first).to_be_visible()
    await window.get_by_label("Routine too").uncheck()
    await window.goto(f"{PAGE}#{await first.get_attribute('id')}")
    await expect(first).to_be_visible()
    await expect(routine.nth(1)).to_be_hidden()
    await window.goto(f"{PAGE}?kind=effects")
    await expect(routine.first).to_be_visible()


@pytest.mark.parametrize("path", [PAGE, ROOM])
async def test_whatever_has_the_focus_is_seen(windows: Windows, path: str) -> None:
    """WCAG 2.2, 2.4.7 and 2.4.11: it is marked, and nothing that sticks to the window's edge lies upon it."""
    window = await windows.open("unhcr-ciso")
    await window.goto(path)
    stops, hidden = 0, []
    while (stop := await _next_stop(window)) is not None:
        stops += 1
        if not stop["seen"]:
            hidden.append(stop["name"])
    assert stops > 30
    assert hidden == []


async def _next_stop(window: Page) -> dict[str, Any] | None:
    """What Tab comes to next; None once it has left the page."""
    await window.keyboard.press("Tab")
    found: dict[str, Any] | None = await window.evaluate(STOP)
    return found


async def test_the_lanes_are_one_stop_for_tab_and_go_by_arrows(windows: Windows) -> None:
    window = await windows.open("wfp-duty")
    await window.goto(PAGE)
    assert await window.locator('[data-lanes] a[tabindex="0"]').count() == 1
    await window.locator('[data-lanes] a[tabindex="0"]').focus()
    said = window.locator(".pointed")
    first = await said.text_content()
    await window.keyboard.press("ArrowRight")
    await expect(said).not_to_have_text(first or "")
    assert await said.text_content() == await window.evaluate("document.activeElement.ariaLabel")
    await window.keyboard.press("+")
    await window.wait_for_url("**zoom=2*")
    await expect(window.locator("svg.plot")).to_have_attribute("width", "2016")


async def test_the_triage_board_goes_by_keys_which_decide_nothing(windows: Windows, circle: Circle) -> None:
    first = circle.views.items[0]
    circle.views.items.append(first.model_copy(update={"id": "T-2", "title": "Beaconing"}))
    window = await windows.open("wfp-duty")
    await window.goto("/triage")
    ticks = window.locator("form.board article input[type=checkbox]")
    await ticks.first.focus()
    await window.keyboard.press("j")
    await expect(ticks.nth(1)).to_be_focused()
    await window.keyboard.press("Space")
    await expect(ticks.nth(1)).to_be_checked()
    await window.keyboard.press("?")
    await expect(window.locator("details.keys dl")).to_be_visible()
    await window.keyboard.press("c")
    await expect(window.locator("button[value=claim]")).to_be_focused()
    await window.keyboard.press("d")
    await expect(window.locator("#reason")).to_be_focused()
    await window.keyboard.type("jam of jokes")
    await expect(window.locator("#reason")).to_have_value("jam of jokes")
    await expect(window).to_have_url(re.compile("/triage$"))
    await ticks.nth(1).focus()
    await window.keyboard.press("k")
    await window.keyboard.press("o")
    await expect(window).to_have_url(re.compile("/triage/T-1$"))


async def _with_authenticator(page: Page) -> None:
    """An authenticator of the browser's own, which knows its holder and is touched by itself."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def _sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Sign out").click()
    await expect(page).to_have_url(re.compile("/sign-in$"))


async def _by_code(page: Page, code: str) -> None:
    await page.goto("/sign-in")
    await page.get_by_label("Handle").fill("wfp-duty")
    await page.get_by_role("textbox", name="Recovery code").fill(code.lower())
    await page.get_by_role("button", name="Sign in with this code").click()
