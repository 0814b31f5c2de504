"""`/incidents/{key}`: one incident, understood in a minute."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from bot.reading.indicators import indicators_for
from bot.reading.viewing import Way
from bot.web.deliberate import check_deliberate
from bot.web.page.group import Group
from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.routes.keys import Key
from bot.web.signin.session import Present
from bot.web.whole import read_picture, read_whole
from playbooks.domain.actor import Actor
from playbooks.domain.policy import may

router: Final = APIRouter(include_in_schema=False)


@router.get("/incidents/{key}")
async def incident(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: Present,
    kind: Group | None = None,
    page: Annotated[int | None, Query(ge=1, le=1_000_000)] = None,
    entry: Annotated[str, Query(max_length=40)] = "",
    zoom: Annotated[int, Query(ge=1, le=8)] = 1,
) -> HTMLResponse:
    """The page, with the story filtered by `kind` and leafed through by `page`, the picture `zoom` times as wide."""
    check_deliberate(request)
    whole = await read_whole(parts, visitor, key, group=kind, page=page, entry=entry)
    indicators = await indicators_for(parts.views, visitor.reader, key)
    seen = (*whole.markings, *(each.marking for each in indicators))
    await parts.viewings.saw(visitor.person, whole.case.state, Way.PAGE, seen)
    shown_page = whole.window.page if kind is None else 0
    return pages_of(request).page(
        "incident.html",
        visitor,
        whole=whole,
        kind=kind,
        groups=tuple(Group),
        raised_by=await parts.views.raised_by(visitor.reader, key),
        indicators=indicators,
        kept=await parts.evidence.kept(visitor.reader, whole.case),
        moments=whole.moments,
        picture=await read_picture(parts, visitor, whole, page=shown_page, zoom=zoom),
        zoom=zoom,
        admits=may(Actor.of(visitor.person), "retainer.admit", whole.case.state),
    )
