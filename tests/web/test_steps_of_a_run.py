"""The steps of a run on the pages: a graph, the same as a list, live, for everybody."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from playbooks.cacao.show import as_svg
from playbooks.library import NAMES, shipped
from tests.web.a_run import ARun, in_the_middle
from tests.web.circle import Circle, a_web
from tests.web.conftest import Browser
from tests.web.windows import CHROMIUM, PHONE, Windows, windows_of
from tests.worlds import RANSOMWARE

PAGE = f"/incidents/{RANSOMWARE}"
ROOM = f"/rooms/{RANSOMWARE}"
WORDS = ("done", "running", "failed", "skipped", "waiting")
in_a_browser = pytest.mark.skipif(
    not Path(CHROMIUM).exists(), reason="needs Chromium: apt-get install -y chromium"
)
WIDTH = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
TOO_WIDE = """() => [...document.querySelectorAll("svg.playbook g.step")].flatMap((step) => {
  const form = step.querySelector(".form, .point").getBoundingClientRect();
  return [...step.querySelectorAll("text")]
    .filter((text) => {
      const box = text.getBoundingClientRect();
      return box.right > form.right + 1 || box.left < form.left - 1 || box.bottom > form.bottom + 1;
    })
    .map((text) => text.textContent);
})"""


async def test_the_page_and_the_room_have_the_graph_and_a_list_that_says_the_same(
    circle: Circle, browser: Browser
) -> None:
    in_the_middle(circle)
    reader = await browser("wfp-duty")
    for place in (PAGE, ROOM):
        text = (await reader.get(place)).text
        assert '<svg xmlns="http://www.w3.org/2000/svg" class="playbook"' in text
        for word in WORDS[:4]:
            assert f'class="step {word} action"' in text, word
            assert f'data-standing="{word}"' in text, word
        row = re.search(r'<li data-standing="failed" data-depth[^>]*>(.*?)</li>', text)
        assert row is not None
        assert "5a1b2a1" in row.group(1)
        assert "Cut the affected systems off" in row.group(1)


async def test_who_takes_no_part_sees_no_graph(circle: Circle, browser: Browser) -> None:
    in_the_middle(circle)
    assert "Cut the affected systems off" not in (await (await browser("wfp-duty")).get("/incidents")).text
    outside = await (await browser("oict-ciso")).get(PAGE)
    assert outside.status_code == 404


async def test_a_playbook_that_is_not_at_hand_leaves_the_steps_as_they_were_told(
    circle: Circle, browser: Browser
) -> None:
    text = (await (await browser("wfp-duty")).get(PAGE)).text
    assert "Confirm that files are being encrypted" in text
    assert 'class="playbook"' not in text


async def test_a_playbook_run_by_a_step_is_drawn_under_its_number(circle: Circle, browser: Browser) -> None:
    run = ARun(circle, "phishing")
    run.ends("1")
    run.ends("2", is_phishing="true")
    run.ends("3a1c1")
    text = (await (await browser("wfp-duty")).get(PAGE)).text
    assert "Graph of R-9: 3a1c2 Notify and chase organizations" in text
    assert ">3a1c2.1<" in text


@in_a_browser
@pytest.mark.browser
class TestInABrowser:
    @pytest.fixture
    def circle(self, port: int) -> Circle:
        return a_web(origin=f"http://localhost:{port}")

    @pytest.fixture
    async def windows(self, circle: Circle, port: int) -> AsyncIterator[Windows]:
        async with windows_of(circle, port) as opened:
            yield opened

    async def test_it_changes_while_one_looks_and_stays_where_one_has_scrolled(
        self, windows: Windows, circle: Circle
    ) -> None:
        run = in_the_middle(circle)
        window = await windows.open("wfp-duty")
        await window.goto(ROOM)
        await expect(window.locator(".live")).to_have_text("live")
        graph = window.locator(".graph").first
        await graph.evaluate("graph => graph.scrollTo(120, 300)")
        await graph.focus()
        row = window.locator("li", has_text="Find the way in")
        await expect(
            window.locator("#steps .running .chapter", has_text=re.compile("^5a1a2$"))
        ).to_have_count(1)
        run.ends("5a1a2", personal_data="true")
        await expect(window.locator("#steps .done .chapter", has_text=re.compile("^5a1a2$"))).to_have_count(1)
        await window.get_by_text("The same as a list").first.click()
        await expect(row.locator(".standing").first).to_contain_text("done")
        assert await graph.evaluate("graph => [graph.scrollLeft, graph.scrollTop]") == [120, 300]
        run.begins("5a1d1")
        await expect(
            window.locator("#steps .running .chapter", has_text=re.compile("^5a1d1$"))
        ).to_have_count(1)
        assert await window.locator("#steps details").first.evaluate("details => details.open")

    async def test_it_begins_where_work_is_being_done(self, windows: Windows, circle: Circle) -> None:
        in_the_middle(circle)
        window = await windows.open("wfp-duty", size=PHONE)
        await window.goto(ROOM)
        await window.locator(".graph").first.scroll_into_view_if_needed()
        await expect(window.locator(".graph .running.action").first).to_be_in_viewport(ratio=0.2)

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    @pytest.mark.parametrize("place", [PAGE, ROOM])
    async def test_it_bars_nobody(self, windows: Windows, circle: Circle, scheme: str, place: str) -> None:
        in_the_middle(circle)
        window = await windows.open("wfp-duty", color_scheme=scheme, reduced_motion="reduce")
        await window.goto(place)
        found = (await Axe().run(window)).response["violations"]
        assert [(each["id"], each["nodes"][0]["html"][:200]) for each in found] == []

    async def test_it_is_there_without_script_and_no_wider_than_a_phone(
        self, windows: Windows, circle: Circle
    ) -> None:
        in_the_middle(circle)
        for place in (PAGE, ROOM):
            window = await windows.open("wfp-duty", size=PHONE, java_script_enabled=False)
            await window.goto(place)
            await expect(window.locator(".graph svg")).to_be_visible()
            await window.get_by_text("The same as a list").first.click()
            live = await windows.open("wfp-duty", size=PHONE)
            await live.goto(place)
            wanted, given = await live.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
            )
            assert wanted <= given

    async def test_no_word_leaves_its_box_in_any_playbook_that_ships(self, windows: Windows) -> None:
        window = await windows.browser.new_page()
        for name in NAMES:
            playbook = shipped(name).playbook
            assert playbook is not None
            standing = dict.fromkeys(playbook.workflow, "withdrawn")
            await window.set_content(f"<!doctype html><body>{as_svg(playbook, standing)}")
            assert await window.evaluate(TOO_WIDE) == [], name
