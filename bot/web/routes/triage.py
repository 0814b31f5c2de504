"""`/triage`: alerts that no rule declared; a person decides."""

import re
from typing import Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn
from playbooks.domain.incident import Severity
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.ports.views import TriageItem

router: Final = APIRouter(include_in_schema=False)


@router.get("/triage")
async def triage(request: Request, parts: Parts, visitor: SignedIn) -> HTMLResponse:
    """What waits, the most recent first."""
    items = sorted(await parts.views.triage(visitor.reader), key=lambda item: item.last_at, reverse=True)
    return pages_of(request).page(
        "triage.html",
        visitor,
        items=[(item, _declaring(item)) for item in items],
        marking=DEFAULT_MARKING.value if items else "",
    )


def _declaring(item: TriageItem) -> str:
    """Where the command line stands filled in to declare it; a person reads it and sends it, or does not.

    The title is the alert's own words, so nothing of it may read as an option of the command.
    """
    title = " ".join(re.sub(r"[\"“”„«»\u2039\u203a「」『』]", " ", item.title).split())[:200]
    severity = f" severity={item.severity}" if item.severity in tuple(Severity) else ""
    line = f'declare "{title}"{severity}'
    return f"/rooms?line={quote(line)}"
