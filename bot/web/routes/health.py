"""For machines that watch: alive, ready, a few figures. Nothing here tells of any incident."""

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from pydantic import BaseModel, Field

from bot.web.parts import Parts
from bot.web.room.live import Live

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
async def metrics(request: Request, parts: Parts) -> PlainTextResponse:
    """Prometheus's text format, version 0.0.4."""
    live: Live = request.app.state.live
    found = await parts.ready()
    lines = [
        "# HELP muster_part_up Whether a part answers.",
        "# TYPE muster_part_up gauge",
        *(f'muster_part_up{{part="{name}"}} {int(up)}' for name, up in sorted(found.items())),
        "# HELP muster_live_pages Pages that follow an incident now.",
        "# TYPE muster_live_pages gauge",
        f"muster_live_pages {live.following}",
    ]
    return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
