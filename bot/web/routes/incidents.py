"""`/incidents`: every incident that the reader may know of, at a glance; filtered, searched, sorted."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse

from bot.web.page.lanes import sentence
from bot.web.page.listing import Asked
from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import Present
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.telling import tell
from playbooks.ports.listing import Sort, Which
from playbooks.ports.views import IncidentLine

router: Final = APIRouter(include_in_schema=False)


def _asked(
    *,
    which: Which = Which.OPEN,
    q: Annotated[str, Query(max_length=200)] = "",
    severity: Severity | Annotated[str, Query(pattern="^$")] | None = None,
    organization: Annotated[str, Query(max_length=40)] = "",
    sort: Sort = Sort.NEWEST,
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> Asked:
    """What the form of the list asks; an empty field asks nothing."""
    return Asked(
        which=which,
        q=q.strip(),
        severity=Severity(severity) if severity else None,
        organization=organization,
        sort=sort,
        page=page,
    )


@router.get("/incidents")
async def incidents(
    request: Request, parts: Parts, visitor: Present, asked: Annotated[Asked, Depends(_asked)]
) -> HTMLResponse:
    """The list; with `q` where entries say these words, and which."""
    found = await parts.views.listed(visitor.reader, asked.wanted)
    said = {
        key: [(shown.id, sentence(tell(shown, parts.texts))) for shown in each]
        for key, each in found.hits.items()
    }
    return pages_of(request).page(
        "incidents.html",
        visitor,
        lines=found.lines,
        found=found,
        asked=asked,
        said=said,
        sorts=tuple(Sort),
        severities=tuple(Severity),
        organizations=sorted({*found.parties, asked.organization} - {""}),
        marking=marking_of(found.lines),
    )


def marking_of(lines: Sequence[IncidentLine]) -> str:
    """Of a list, which holds titles: the strictest of what stands in it."""
    return strictest(*(Marking(line.marking) for line in lines)).value if lines else ""
