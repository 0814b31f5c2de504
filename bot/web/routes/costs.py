"""`/costs`: hours and costs by organization and incident, over what the reader may see; as a page and as a file."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.routes.figures import Asked
from bot.web.signin.session import SignedIn
from playbooks.domain.circle.retainer import plain
from playbooks.figures.cost import costs_as_csv

router: Final = APIRouter(include_in_schema=False)


@router.get("/costs")
async def costs(request: Request, parts: Parts, visitor: SignedIn, days: Asked) -> HTMLResponse:
    """Totals by organization, then each incident's lines with the number of entries behind each."""
    found = await parts.costs.costs(visitor.reader, since=days.since, until=days.until)
    return pages_of(request).page(
        "costs.html", visitor, found=found, days=days, plain=plain, marking=found.marking
    )


@router.get("/costs.csv")
async def as_file(parts: Parts, visitor: SignedIn, days: Asked) -> PlainTextResponse:
    """The same, with the entries behind each figure."""
    found = await parts.costs.costs(visitor.reader, since=days.since, until=days.until)
    return PlainTextResponse(
        costs_as_csv(found.lines),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="muster-costs.csv"'},
    )
