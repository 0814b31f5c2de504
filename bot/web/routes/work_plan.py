"""`/work-plan`: working groups and actions after incidents, in one list, over what the reader may see."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.reading.work_plan import told_work_plan
from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn
from playbooks.domain.document import Banner, Document

router: Final = APIRouter(include_in_schema=False)


@router.get("/work-plan")
async def work_plan(request: Request, parts: Parts, visitor: SignedIn) -> HTMLResponse:
    """The same as the command says, under the strictest marking of what stands in it."""
    told = await told_work_plan(parts.views, parts.texts, visitor.reader, parts.now())
    marking = next((block.marking.value for block in told.blocks if isinstance(block, Banner)), "")
    below = Document(blocks=tuple(block for block in told.blocks if not isinstance(block, Banner)))
    return pages_of(request).page("work_plan.html", visitor, told=below, marking=marking)
