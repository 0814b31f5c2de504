"""`/incidents`: every incident that the reader may know of, at a glance."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn
from playbooks.domain.marking import Marking, strictest
from playbooks.ports.views import IncidentLine

router: Final = APIRouter(include_in_schema=False)


class Which(StrEnum):
    """Which incidents to list."""

    OPEN = "open"
    ALL = "all"


@router.get("/incidents")
async def incidents(
    request: Request, parts: Parts, visitor: SignedIn, which: Which = Which.OPEN
) -> HTMLResponse:
    """The list; open incidents first, the newest of them first."""
    lines = await parts.views.incidents(visitor.reader, open_only=which is Which.OPEN)
    return pages_of(request).page(
        "incidents.html",
        visitor,
        lines=sorted(lines, key=lambda line: line.closed_at is not None),
        which=which,
        marking=marking_of(lines),
    )


def marking_of(lines: Sequence[IncidentLine]) -> str:
    """Of a list, which holds titles: the strictest of what stands in it."""
    return strictest(*(Marking(line.marking) for line in lines)).value if lines else ""
