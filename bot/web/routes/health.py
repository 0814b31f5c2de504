"""For machines that watch: alive, ready, a few figures. Nothing here tells of any incident."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field
from starlette.responses import Response

from bot.web.metrics import CONTENT_TYPE, Metrics
from bot.web.parts import Parts
from bot.web.room.live import Live
from playbooks.domain.errors import Unavailable

router: Final = APIRouter(tags=["operation"])


class Readiness(BaseModel):
    """Whether this process can do its work."""

    ready: bool
    parts: Mapping[str, bool] = Field(description="Whether each part answers, by its name.")


@router.get("/", include_in_schema=False)
async def root() -> RedirectResponse:
    """The front door."""
    return RedirectResponse("/incidents")


@router.get("/healthz", summary="Whether this process runs", response_class=PlainTextResponse)
async def healthz() -> str:
    """Answer at all."""
    return "ok\n"


@router.get("/readyz", summary="Whether each part answers", responses={503: {"model": Readiness}})
async def readyz(parts: Parts) -> Readiness:
    """200 when all parts answer, 503 when one does not."""
    found = dict(await parts.ready())
    readiness = Readiness(ready=all(found.values()), parts=found)
    return readiness if readiness.ready else JSONResponse(readiness.model_dump(), 503)  # type: ignore[return-value]  # a Response goes out as it is


@router.get("/metrics", summary="Figures for Prometheus", response_class=PlainTextResponse)
async def metrics(request: Request, parts: Parts) -> Response:
    """The text format of Prometheus."""
    kept: Metrics = request.app.state.metrics
    live: Live = request.app.state.live
    waiting: Mapping[str, int] = {}
    with suppress(Unavailable):  # then the part is told as down, and its queues not at all
        waiting = await parts.waiting()
    text = kept.exposition(up=await parts.ready(), waiting=waiting, live=live.following)
    return Response(text, media_type=CONTENT_TYPE)
