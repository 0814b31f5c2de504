"""`/oncall.ics`: one's own organization's rota as a calendar (iCalendar), shifts and gaps."""

from datetime import timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import Response

from bot.rota_export import exported_rota
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn

router: Final = APIRouter(include_in_schema=False)


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
