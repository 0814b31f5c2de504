"""Keeping a page as a file: as its reader saw it, with its style beside it."""

import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final

import httpx
from fastapi import Response

from bot.composition.installation import Installation
from bot.composition.web import web_parts
from bot.web.signin.session import open_session
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.ports.signin import Proof

_ASKS: Final = tuple(
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"<script\b.*?</script>\n?",
        r"<nav\b.*?</nav>\n?",
        r'<div class="who">.*?</div>\n?',
        r'<p class="(?:ways|zoom no-print)">.*?</p>\n?',
        r"<form\b.*?</form>\n?",
        r'<p><a class="button small" href="/rooms/[^"]*">.*?</a></p>\n?',
        r' data-live="[^"]*"',
    )
)
"""Menus, forms, other files of the same incident, and what keeps a page live."""
_AWAY: Final = re.compile(r'<a((?: class="brand")?) href="/[^"]*">(.*?)</a>', re.DOTALL)


async def save_page(muster: Installation, person: PersonId, key: IncidentKey, folder: Path) -> Path:
    """Fetch an incident's page over HTTP as a signed-in person, and keep it where a browser can open it."""
    cookie = await session_cookie(muster, person)
    settings = muster.settings
    async with httpx.AsyncClient() as client:
        page = await client.get(
            f"http://{settings.host}:{settings.port}/incidents/{key}", headers={"Cookie": cookie}
        )
    page.raise_for_status()
    with as_file(files("bot.web") / "static") as static:
        shutil.copytree(static, folder / "static", dirs_exist_ok=True)
    path = folder / f"{key}.html"
    path.write_text(standing_alone(page.text), "utf-8")
    return path


def standing_alone(page: str) -> str:
    """A page as a document: its style beside it, and nothing that would ask a server."""
    for pattern in _ASKS:
        page = pattern.sub("", page)
    return _AWAY.sub(r"<span\1>\2</span>", page).replace('"/static/', '"static/')


async def session_cookie(muster: Installation, person: PersonId) -> str:
    """A session as the sign-in would open it; only this process, which holds the database, can."""
    response = Response()
    await open_session(response, web_parts(muster), person, Proof.RECOVERY_CODE)
    return "; ".join(header.split(";")[0] for header in response.headers.getlist("set-cookie"))
