"""The whole way in a real browser, by an identity provider that others wrote, on another site than ours."""

import asyncio
import dataclasses
import re
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect
from pydantic import SecretStr

from bot.embedded import free_port
from integrations.openid.provider import OpenIdProvider, Registration
from playbooks.domain.ids import OrganizationCode
from tests.web.circle import Circle, a_web
from tests.web.test_openid import SUBJECT, with_subjects
from tests.web.windows import CHROMIUM, PHONE, Windows, windows_of
from tests.worlds import RANSOMWARE, a_circle

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason="needs Chromium: apt-get install -y chromium"),
]
WITHIN = 60


@pytest.fixture
async def issuer() -> AsyncIterator[str]:
    port = free_port()
    place = f"http://127.0.0.1:{port}"
    program = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock"]
    server = await asyncio.create_subprocess_exec(
        *program,
        "--port",
        str(port),
        "--require-nonce",
        "true",
        "--user",
        SUBJECT,
        stdout=DEVNULL,
        stderr=DEVNULL,
    )
    try:
        async with asyncio.timeout(WITHIN), httpx.AsyncClient() as client:
            while not await _answers(client, place):
                await asyncio.sleep(0.05)
        yield place
    finally:
        server.terminate()
        await server.wait()


async def _answers(client: httpx.AsyncClient, place: str) -> bool:
    try:
        return (await client.get(f"{place}/.well-known/openid-configuration")).is_success
    except httpx.TransportError:
        return False


@pytest.fixture
async def windows(issuer: str, port: int) -> AsyncIterator[Windows]:
    circle: Circle = a_web(origin=f"http://localhost:{port}")
    registration = Registration(
        name="wfp", organization=OrganizationCode("WFP"), issuer=issuer, client_id="muster"
    )
    provider = OpenIdProvider(registration, lambda: SecretStr("any"), lambda: datetime.now(UTC))
    parts = dataclasses.replace(circle.parts, directory=with_subjects(a_circle()), providers=(provider,))
    async with windows_of(dataclasses.replace(circle, parts=parts), port) as opened:
        yield opened
        # Its pages want a style sheet from elsewhere, which nobody fetches here; ours are to complain of nothing.
        opened.complaints[:] = [each for each in opened.complaints if "Failed to load resource" not in each]


async def _at_home(windows: Windows, **how: Any) -> Page:
    """A window that fetches nothing from beyond this machine."""
    page = await windows.open(**how)
    await page.context.route(re.compile("^https://"), lambda route: route.abort())
    return page


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
async def test_one_signs_in_at_home_and_out_again(windows: Windows, issuer: str, *, script: bool) -> None:
    page = await _at_home(windows, size=PHONE, java_script_enabled=script)
    await page.goto(f"/incidents/{RANSOMWARE}")
    if script:
        found = (await Axe().run(page)).response["violations"]
        assert found == []
    await page.get_by_role("button", name="Sign in at WFP").click()
    await expect(page).to_have_url(re.compile(f"^{issuer}/"), timeout=30_000)
    await page.get_by_role("button", name=SUBJECT).click()
    await expect(page).to_have_url(re.compile(f"/incidents/{RANSOMWARE}$"), timeout=30_000)
    await expect(page.get_by_title("Your passkeys")).to_have_text("wfp-duty")

    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Signed out")).to_be_visible()
    await expect(page.get_by_role("link", name="Sign out there too")).to_have_attribute(
        "href", re.compile(f"^{issuer}/")
    )
    await page.goto("/incidents")
    await expect(page).to_have_url(re.compile("/sign-in"))


async def test_who_declines_there_is_told_so_here(windows: Windows, issuer: str) -> None:
    page = await _at_home(windows)
    await page.goto("/sign-in")
    await page.get_by_role("button", name="Sign in at WFP").click()
    await expect(page).to_have_url(re.compile(f"^{issuer}/"), timeout=30_000)
    await page.get_by_role("button", name="Deny").click()
    await expect(page.get_by_role("alert")).to_contain_text("was not completed", timeout=30_000)
