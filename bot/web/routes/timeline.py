"""`/incidents/{key}.json`, `.md`, `.csv` and `.pdf`: the timeline as a file, the same release as the page.

Made for whoever asks, or for a reader she chooses (`as`, `chatham_house`), and then with what both may have. What is
handed out as a document is recorded; the JSON, which machines read again and again, is a page for them.
"""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from bot.intake.problem import described
from bot.reading.viewing import Way, markings_of
from bot.web.deliberate import check_deliberate
from bot.web.files import FileFormat, TimelineFile
from bot.web.page.timeline import Timeline, timeline
from bot.web.parts import Parts, WebParts
from bot.web.routes.chosen import Chosen
from bot.web.routes.keys import Key
from bot.web.signin.session import Present, Visitor
from playbooks.domain.actor import Actor
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader

router: Final = APIRouter(
    tags=["incidents"], responses=described(HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND)
)


@router.get(
    "/incidents/{key}.json", summary="The timeline of an incident as data", operation_id="read_timeline"
)
async def as_json(request: Request, key: Key, parts: Parts, visitor: Present, chosen: Chosen) -> Timeline:
    """What the signed-in reader may have of it; made for another, what both may have."""
    check_deliberate(request)
    case, story = await parts.views.shared(visitor.reader, chosen, key)
    await parts.viewings.saw(visitor.person, case.state, Way.DATA, markings_of(story))
    return timeline(case, story, parts.texts)


@router.get("/incidents/{key}.md", summary="The timeline as Markdown", response_class=Response)
async def as_markdown(key: Key, parts: Parts, visitor: Present, chosen: Chosen) -> Response:
    """The same in words."""
    return await _handed_out(parts, visitor, key, chosen, FileFormat.MARKDOWN)


@router.get("/incidents/{key}.csv", summary="The timeline as CSV", response_class=Response)
async def as_csv(key: Key, parts: Parts, visitor: Present, chosen: Chosen) -> Response:
    """A row for each entry; no cell is run by a spreadsheet."""
    return await _handed_out(parts, visitor, key, chosen, FileFormat.CSV)


@router.get("/incidents/{key}.pdf", summary="The timeline as PDF", response_class=Response)
async def as_pdf(key: Key, parts: Parts, visitor: Present, chosen: Chosen) -> Response:
    """A document to hand to somebody who decides: summary, picture, key times, actions, story."""
    return await _handed_out(parts, visitor, key, chosen, FileFormat.PDF)


async def _handed_out(
    parts: WebParts, visitor: Visitor, key: IncidentKey, chosen: Reader, form: FileFormat
) -> Response:
    case, story = await parts.views.shared(visitor.reader, chosen, key)
    content = await TimelineFile(case, story, chosen, parts.texts, parts.now()).written(form)
    await parts.exports.handed_out(key, chosen, content, f"timeline_{form}", Actor.of(visitor.person))
    return Response(
        content,
        media_type=form.media_type,
        headers={"Content-Disposition": f'attachment; filename="{key}.{form}"'},
    )
