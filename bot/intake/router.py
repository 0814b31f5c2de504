"""`POST /alerts/{source}`: authenticated, taken apart, committed, answered. Understanding comes later."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any
from uuid import uuid4

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.requests import ClientDisconnect

from bot.intake.authentication import SIGNATURE_HEADER, begin
from bot.intake.body import MOST_BYTES, Memory, Share, read_body, too_large
from bot.intake.own_formats import shipped_formats
from bot.intake.problem import Refusal, described
from bot.intake.rate import Buckets
from bot.intake.sources import KnownSource, Source, Sources
from bot.intake.split import split
from bot.intake.tested import Reading, Understood
from integrations.siem.format import Format
from playbooks.domain.errors import Unavailable
from playbooks.domain.routing import Routing
from playbooks.ports.intake import Delivery, Intake, Receipt

_LONG = 256 * 1024
"""Bytes from which a body is taken apart in a thread, so that other requests go on."""
_MEDIA = ("json", "ndjson", "jsonl", "jsonlines", "octet-stream", "plain")


SourceInPath = Annotated[str, Path(alias="source", description="The source's name in sources.yaml.")]


class Accepted(BaseModel):
    """What became of the documents of a request; all of it is committed."""

    accepted: int = Field(ge=0, description="Documents taken in.")
    duplicates: int = Field(ge=0, description="Documents that came before; counted, and not taken in again.")
    set_aside: int = Field(ge=0, description="Parts that are no alert; kept with their reason for a person.")


def intake_router(
    intake: Intake,
    sources: Sources,
    routing: Callable[[], Routing],
    now: Callable[[], datetime],
    *,
    memory: Memory | None = None,
    formats: Callable[[], tuple[Format, ...]] = shipped_formats,
) -> APIRouter:
    """The routes of alert intake. `now` gives the time in aware UTC; `memory` bounds what a process holds."""
    router = APIRouter(tags=["alerts"])
    endpoint = _Endpoint(intake, sources, Reading(formats, routing), now, memory or Memory())
    router.add_api_route("/alerts/{source}", endpoint.post, methods=["POST"], **_SENDING)
    router.add_api_route("/alerts/{source}/test", endpoint.test, methods=["POST"], **_TESTING)
    return router


class _Endpoint:
    def __init__(
        self,
        intake: Intake,
        sources: Sources,
        reading: Reading,
        now: Callable[[], datetime],
        memory: Memory,
    ) -> None:
        self._intake = intake
        self._sources = sources
        self._reading = reading
        self._now = now
        self._memory = memory
        self._buckets = Buckets()

    async def post(self, source: SourceInPath, request: Request) -> Response:
        """Take alerts in."""
        return await self._answered(request, source, self._take, HTTPStatus.ACCEPTED)

    async def test(self, source: SourceInPath, request: Request) -> Response:
        """Say what would be understood, and keep nothing."""
        return await self._answered(request, source, self._understand, HTTPStatus.OK)

    async def _answered(
        self, request: Request, name: str, act: Callable[[KnownSource, bytes], Awaitable[BaseModel]], ok: int
    ) -> Response:
        try:
            with self._memory.share() as share:
                known = self._known(name)
                answer = await act(known, await self._body(known, request, share))
        except Refusal as refusal:
            return refusal.response()
        except Unavailable as away:
            return _unavailable(away).response()
        except ClientDisconnect:
            return _malformed("The sender hung up before the body's end; nothing was taken.").response()
        return JSONResponse(answer.model_dump(mode="json"), ok)

    async def _body(self, known: KnownSource, request: Request, share: Share) -> bytes:
        now = self._now()
        proof = begin(known, request.headers, now, request.client.host if request.client else "")
        self._buckets.of(known.source.name, known.source.rate, now).check(now)
        _check_headers(request)
        encoding = request.headers.get("Content-Encoding", "")
        body = await read_body(request.stream(), encoding, proof, share)
        proof.check()
        if not body.strip():
            raise _malformed(
                "The body is empty; send an alert as a JSON object, an array of them, or NDJSON."
            )
        return body

    async def _take(self, known: KnownSource, body: bytes) -> Accepted:
        now, source = self._now(), known.source
        delivery = await _delivery(source, body, now)
        bucket = self._buckets.of(source.name, source.rate, now)
        bucket.charge(max(1, len(delivery.marks) + len(delivery.unreadable)))
        receipt = await self._keep(delivery)
        return Accepted(accepted=receipt.accepted, duplicates=receipt.duplicates, set_aside=receipt.set_aside)

    async def _understand(self, known: KnownSource, body: bytes) -> Understood:
        now = self._now()
        self._buckets.of(known.source.name, known.source.rate, now).charge(1)
        return await asyncio.to_thread(self._reading.understood, known.source, body, now)

    def _known(self, name: str) -> KnownSource:
        known = self._sources.find(name)
        if known is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                "unknown_source",
                "There is no such source of alerts; its name is in sources.yaml of this installation.",
            )
        return known

    async def _keep(self, delivery: Delivery) -> Receipt:
        if delivery.marks:
            return await self._intake.receive(delivery)
        if not delivery.unreadable:
            return Receipt(0, 0, 0)
        reason = delivery.unreadable[0].reason
        await self._intake.set_aside(delivery.source, delivery.body, reason, delivery.received_at)
        raise _malformed(f"The body holds no alert and was kept aside. {reason}")


async def _delivery(source: Source, body: bytes, now: datetime) -> Delivery:
    name = source.name
    parts = await asyncio.to_thread(split, name, body) if len(body) > _LONG else split(name, body)
    return Delivery(uuid4(), name, source.organization, body, now, *parts)


def _check_headers(request: Request) -> None:
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media and not media.endswith(_MEDIA):
        raise Refusal(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            "unknown_media_type",
            "Alerts are taken as application/json or application/x-ndjson; set the Content-Type so.",
        )
    length = request.headers.get("Content-Length", "0")
    if length.isdigit() and int(length) > MOST_BYTES:
        raise too_large(MOST_BYTES)


def _malformed(sentence: str) -> Refusal:
    return Refusal(HTTPStatus.BAD_REQUEST, "malformed", sentence)


def _unavailable(away: Unavailable) -> Refusal:
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, away.code, away.sentence, retry_after=timedelta(seconds=5))


_ALERTS = {"schema": {"oneOf": [{"type": "object"}, {"type": "array", "items": {"type": "object"}}]}}
_SENDING: dict[str, Any] = {
    "status_code": HTTPStatus.ACCEPTED,
    "response_model": Accepted,
    "summary": "Send alerts of a source",
    "description": "A JSON object, an array of them, or NDJSON; also gzipped. Answered when committed.",
    "operation_id": "send_alerts",
    "responses": described(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "content": {
                "application/json": _ALERTS,
                "application/x-ndjson": {"schema": {"type": "string"}},
            },
        },
        "parameters": [
            {
                "name": header,
                "in": "header",
                "required": False,
                "schema": {"type": "string"},
                "description": description,
            }
            for header, description in (
                ("Authorization", "`Bearer <key>`, where the source has a bearer key."),
                (
                    SIGNATURE_HEADER,
                    "`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.` and the body as sent.",
                ),
            )
        ],
    },
}
_TESTING: dict[str, Any] = _SENDING | {
    "status_code": HTTPStatus.OK,
    "response_model": Understood,
    "summary": "Send a test event",
    "description": "As for sending; answers with what would be understood and decided, and keeps nothing.",
    "operation_id": "test_alerts",
}
