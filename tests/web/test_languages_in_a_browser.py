"""The pages in French, in Spanish and from right to left, seen by a real browser."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from bot.web import language
from playbooks.domain.ids import IncidentKey
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.windows import CHROMIUM, DESK, PHONE, Windows, windows_of
from tests.worlds import RANSOMWARE, a_ransomware_incident

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium: apt-get install -y chromium"),
]
PAGES: Final = {
    "list": "/incidents",
    "incident": f"/incidents/{RANSOMWARE}",
    "room": f"/rooms/{RANSOMWARE}",
    "form": f"/rooms/{RANSOMWARE}/forms/ask-status",
}
CLOSED: Final = IncidentKey("INC-2026-0043")
WIDTH: Final = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
PICTURES: Final = os.environ.get("PICTURES", "")
"""A folder for pictures of what the browser shows, to look at; empty for none."""


@pytest.fixture
def circle(port: int) -> Circle:
    views = FakeViews(a_ransomware_incident(key=CLOSED, closed=True), a_ransomware_incident())
    return a_web(origin=f"http://localhost:{port}", views=views)


@pytest.fixture
async def windows(circle: Circle, port: int, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Windows]:
    """Arabic has no texts yet, so that its pages are English from right to left: the layout is what is looked at."""
    offered = language.offered
    monkeypatch.setattr(language, "offered", lambda header, known: offered(header, (*known, "ar")))
    async with windows_of(circle, port) as opened:
        yield opened


@pytest.mark.parametrize(
    ("locale", "direction", "heading", "phase"),
    [
        ("fr-CH", "ltr", "Incidents", "intervention"),
        ("es-CO", "ltr", "Incidentes", "respuesta"),
        ("ar", "rtl", "Incidents", "respond"),
    ],
)
async def test_the_pages_are_in_the_browsers_language_and_read_well(
    windows: Windows, locale: str, direction: str, heading: str, phase: str
) -> None:
    page = await windows.open("unhcr-ciso", size=DESK, locale=locale)
    for name, path in PAGES.items():
        await page.goto(path)
        root = page.locator("html")
        await expect(root).to_have_attribute("lang", locale.partition("-")[0])
        await expect(root).to_have_attribute("dir", direction)
        await _picture(page, f"{locale}-{name}")
        found = await Axe().run(page)
        assert found.response["violations"] == [], f"{path}: {found.generate_report()}"
    await page.goto(PAGES["list"])
    await expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    await expect(page.locator(".incidents .chip").first).to_have_text(phase)
    await page.set_viewport_size(PHONE)
    for name in ("list", "incident", "room"):
        await page.goto(PAGES[name])
        await _picture(page, f"{locale}-{name}-phone")
        wide, seen = await page.evaluate(WIDTH)
        assert wide <= seen, name


async def _picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=str(Path(PICTURES) / f"{name}.png"), full_page=False)
