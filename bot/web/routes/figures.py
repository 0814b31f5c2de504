"""`/metrics-board`: figures for managers, over what the reader may see; as a page and as a file."""

from datetime import date
from typing import Annotated, Final, NamedTuple

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, PlainTextResponse
from pydantic import BeforeValidator

from bot.web.page.charts import chart_picture, row_name, said
from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.signin.session import SignedIn
from playbooks.figures.export import as_csv

router: Final = APIRouter(include_in_schema=False)


_Day = Annotated[date | None, BeforeValidator(lambda given: given or None)]
"""A day of the form; an empty field is none."""


class Days(NamedTuple):
    """The days asked for."""

    since: date | None
    until: date | None

    @property
    def query(self) -> str:
        """The same for an address, ending in `&` where it holds something."""
        named = (("from", self.since), ("to", self.until))
        return "".join(f"{name}={day.isoformat()}&" for name, day in named if day)


async def _days(
    since: Annotated[_Day, Query(alias="from")] = None, until: Annotated[_Day, Query(alias="to")] = None
) -> Days:
    return Days(since, until)


Asked = Annotated[Days, Depends(_days)]


@router.get("/metrics-board")
async def metrics_board(
    request: Request,
    parts: Parts,
    visitor: SignedIn,
    days: Asked,
    figure: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=1, le=1_000_000)] = 1,
) -> HTMLResponse:
    """The board; `figure` names one of its figures, whose incidents are then listed, a page at a time."""
    found = await parts.figures.figures(visitor.reader, since=days.since, until=days.until)
    chart = next((each for each in found.charts if each.name == figure.partition(".")[0]), None)
    return pages_of(request).page(
        "metrics_board.html",
        visitor,
        charts=[(each, chart_picture(each, parts.texts)) for each in found.charts],
        days=days,
        figure=figure if chart else "",
        chosen=chart,
        behind=await parts.figures.behind(visitor.reader, found, figure, page),
        said=said,
        row_name=lambda chart, row: row_name(chart, row, parts.texts),
        text=parts.texts.say,
        marking=found.marking,
    )


@router.get("/metrics-board.csv")
async def as_file(parts: Parts, visitor: SignedIn, days: Asked) -> PlainTextResponse:
    """The same numbers, one a line."""
    found = await parts.figures.figures(visitor.reader, since=days.since, until=days.until)
    return PlainTextResponse(
        as_csv(found.charts),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="muster-figures.csv"'},
    )
