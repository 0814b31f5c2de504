"""`/reviews`, `/reviews/{key}`: what was published of incidents, for those who took no part, and for everybody."""

from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.routes.keys import Key
from bot.web.signin.session import SignedIn, SignInNeeded, Visitor, visitor_of
from playbooks.domain.errors import NotFound
from playbooks.domain.marking import strictest
from playbooks.domain.release import Reader
from playbooks.domain.review import SECTIONS

router: Final = APIRouter(include_in_schema=False)


@router.get("/reviews")
async def published(request: Request, parts: Parts, visitor: SignedIn) -> HTMLResponse:
    """Every review that was published to the reader's organization, the newest first."""
    found = await parts.publications.listed(visitor.reader)
    return pages_of(request).page(
        "publications.html",
        visitor,
        found=found,
        marking=strictest(*(each.marking for each in found)).value if found else "",
    )


@router.get("/reviews/{key}")
async def publication(request: Request, key: Key, parts: Parts) -> HTMLResponse:
    """One of them; what is TLP:CLEAR also for whoever is not signed in, who for any other is asked who she is."""
    visitor = await visitor_of(request, parts)
    try:
        found = await parts.publications.publication(_reader(parts, visitor), key)
    except NotFound:
        if visitor is None:
            raise SignInNeeded from None
        raise
    return pages_of(request).page(
        "publication.html",
        visitor,
        found=found,
        sections=SECTIONS,
        text=parts.texts.say,
        marking=found.marking.value,
    )


def _reader(parts: WebParts, visitor: Visitor | None) -> Reader:
    return visitor.reader if visitor else Reader(organization=None, ceiling=parts.settings.ceiling)
