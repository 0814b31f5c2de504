"""`/oncall`: who is on call in one's own organization; `/oncall.ics`: its rota as a calendar (iCalendar)."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse, Response

from bot.reading.on_call_told import AHEAD, told_on_call
from bot.rota_export import exported_rota
from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn
from playbooks.domain.on_call import OnCallSource

router: Final = APIRouter(include_in_schema=False)


@router.get("/oncall")
async def oncall(request: Request, parts: Parts, visitor: SignedIn) -> HTMLResponse:
    """The same as the command says: the call list, how it escalates, whose turn it is next."""
    now = await parts.on_call(visitor.person.organization, ahead=AHEAD)
    told = told_on_call(parts.texts, now, is_own=True)
    return pages_of(request).page("oncall.html", visitor, told=told, rota=now.source is OnCallSource.ROTA)


@router.get("/oncall.ics")
async def oncall_calendar(
    parts: Parts, visitor: SignedIn, days: Annotated[int, Query(ge=1, le=366)] = 90
) -> Response:
    """From now for so many days. 404 where the organization has no rota here."""
    written = await exported_rota(
        parts.rotas, parts.texts, visitor.person.organization, parts.now(), timedelta(days=days)
    )
    headers = {"content-disposition": 'attachment; filename="oncall.ics"', "cache-control": "no-store"}
    return Response(written, media_type="text/calendar; charset=utf-8", headers=headers)
