"""`/incidents/{key}.json` and `.md`: the timeline as a file, the same release as the page."""

from typing import Final

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from bot.web.page.timeline import Timeline, timeline, timeline_markdown
from bot.web.parts import Parts
from bot.web.routes.keys import Key
from bot.web.signin.session import SignedIn

router: Final = APIRouter(tags=["incidents"])


@router.get(
    "/incidents/{key}.json", summary="The timeline of an incident as data", operation_id="read_timeline"
)
async def as_json(key: Key, parts: Parts, visitor: SignedIn) -> Timeline:
    """What the signed-in reader may have of it."""
    case = await parts.views.case(visitor.reader, key)
    return timeline(case, await parts.views.story(visitor.reader, key), parts.texts)


@router.get("/incidents/{key}.md", summary="The timeline as Markdown", response_class=PlainTextResponse)
async def as_markdown(key: Key, parts: Parts, visitor: SignedIn) -> PlainTextResponse:
    """The same in words."""
    case = await parts.views.case(visitor.reader, key)
    text = timeline_markdown(case, await parts.views.story(visitor.reader, key), parts.texts)
    return PlainTextResponse(
        text,
        media_type="text/markdown; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{key}.md"'},
    )
