"""Windows of a real browser onto a served app, each a person's own; what its pages complain of is kept."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from playwright.async_api import Browser, Page, ViewportSize, async_playwright

from bot.serving import served
from bot.web.app import create_app
from tests.web.circle import Circle
from tests.web.conftest import signed_in

CHROMIUM: Final = "/usr/bin/chromium"
_ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
_ON_VIOLATION: Final = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
DESK: Final = ViewportSize(width=1280, height=900)
PHONE: Final = ViewportSize(width=390, height=844)


@dataclass
class Windows:
    """Opens windows."""

    browser: Browser
    circle: Circle
    complaints: list[str] = field(default_factory=list)

    async def open(self, person: str = "", *, size: ViewportSize = DESK, **context: Any) -> Page:
        """A window of its own cookies, in which this person is signed in already, or nobody is."""
        origin = self.circle.parts.settings.origin
        own = await self.browser.new_context(base_url=origin, viewport=size, **context)
        own.set_default_timeout(30_000)
        if person:
            secret = await signed_in(self.circle, person)
            await own.add_cookies([{"name": "muster_session", "value": secret, "url": origin}])
        page = await own.new_page()
        await page.add_init_script(_ON_VIOLATION)
        page.on("console", lambda said: self._hear(said.type, said.text))
        page.on("pageerror", lambda error: self._hear("error", str(error)))
        page.on("dialog", lambda dialog: self._hear("error", f"dialog {dialog.message}"))
        return page

    def _hear(self, kind: str, words: str) -> None:
        # What was refused for a reason is told on the page; the browser says besides that it was a 4xx.
        if kind in ("error", "warning") and "the server responded with a status of 4" not in words:
            self.complaints.append(words)


@asynccontextmanager
async def windows_of(circle: Circle, port: int) -> AsyncIterator[Windows]:
    """The app of a circle on a port, and a browser to see it with; it fails when a page had to complain."""
    async with served(create_app(circle.parts), "127.0.0.1", port), async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            windows = Windows(browser, circle)
            yield windows
        finally:
            await browser.close()
    assert windows.complaints == []
