"""`POST /alerts/{source}`: authenticated, taken apart, committed, answered. Understanding comes later."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.requests import ClientDisconnect

from bot.intake.authentication import SIGNATURE_HEADER, begin
from bot.intake.body import MOST_BYTES, Memory, Share, read_body, too_large
from bot.intake.own_formats import shipped_formats
from bot.intake.problem import Refusal, described
from bot.intake.sources import KnownSource, Sources
from bot.intake.taking import Accepted, Taking, malformed
from bot.intake.tested import Reading, Understood
from integrations.siem.format import Format
from playbooks.domain.errors import Unavailable
from playbooks.domain.routing import Routing
from playbooks.ports.intake import Intake

CHALLENGE_HEADER = "X-Okta-Verification-Challenge"
"""In which Okta asks once, by GET, whether an event hook's address is meant (Okta: event hooks, verification)."""

_MEDIA = ("json", "ndjson", "jsonl", "jsonlines", "octet-stream", "plain")


SourceInPath = Annotated[str, Path(alias="source", description="The source's name in sources.yaml.")]


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
    reading, taking = Reading(formats, routing), Taking(intake, now)
    endpoint = _Endpoint(taking, sources, reading, now, memory or Memory())
    router.add_api_route("/alerts/{source}", endpoint.post, methods=["POST"], **_SENDING)
    router.add_api_route("/alerts/{source}/test", endpoint.test, methods=["POST"], **_TESTING)
    router.get("/alerts/{source}", **_VERIFYING)(endpoint.verify)
    return router


class _Endpoint:
    def __init__(
        self,
        taking: Taking,
        sources: Sources,
        reading: Reading,
        now: Callable[[], datetime],
        memory: Memory,
    ) -> None:
        self._taking = taking
        self._sources = sources
        self._reading = reading
        self._now = now
        self._memory = memory

    async def post(self, source: SourceInPath, request: Request) -> Response:
        """Take alerts in."""
        return await self._answered(request, source, self._taking.take, HTTPStatus.ACCEPTED)

    async def test(self, source: SourceInPath, request: Request) -> Response:
        """Say what would be understood, and keep nothing."""
        return await self._answered(request, source, self._understand, HTTPStatus.OK)

    async def verify(self, source: SourceInPath, request: Request) -> Response:
        """Give a challenge back, so that Okta believes the address to be its owner's and sends events."""
        try:
            begin(self._known(source), request.headers, self._now(), _peer(request)).check()
            challenge = request.headers.get(CHALLENGE_HEADER)
            if not challenge:
                raise malformed(f"Alerts are sent with POST; GET answers a challenge in {CHALLENGE_HEADER}.")
        except Refusal as refusal:
            return refusal.response()
        return JSONResponse({"verification": challenge})

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
            return malformed("The sender hung up before the body's end; nothing was taken.").response()
        return JSONResponse(answer.model_dump(mode="json"), ok)

    async def _body(self, known: KnownSource, request: Request, share: Share) -> bytes:
        now = self._now()
        proof = begin(known, request.headers, now, _peer(request))
        self._taking.check(known)
        _check_headers(request)
        encoding = request.headers.get("Content-Encoding", "")
        body = await read_body(request.stream(), encoding, proof, share)
        proof.check()
        if not body.strip():
            raise malformed("The body is empty; send an alert as a JSON object, an array of them, or NDJSON.")
        return body

    async def _understand(self, known: KnownSource, body: bytes) -> Understood:
        self._taking.charge(known, 1)
        return await asyncio.to_thread(self._reading.understood, known.source, body, self._now())

    def _known(self, name: str) -> KnownSource:
        known = self._sources.find(name)
        if known is None:
            raise Refusal(
                HTTPStatus.NOT_FOUND,
                "unknown_source",
                "There is no such source of alerts; its name is in sources.yaml of this installation.",
            )
        return known


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""


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


def _unavailable(away: Unavailable) -> Refusal:
    return Refusal(HTTPStatus.SERVICE_UNAVAILABLE, away.code, away.sentence, retry_after=timedelta(seconds=5))


class Verified(BaseModel):
    """The challenge, given back."""

    verification: str


_ALERT = {"type": "object", "minProperties": 1}
_ALERTS = {"schema": {"oneOf": [_ALERT, {"type": "array", "items": {"type": "object"}}]}}
_AUTHORIZATION = ("Authorization", "`Bearer <key>`, or `Basic` with a bearer key as the password.")
_SIGNATURE = (SIGNATURE_HEADER, "`t=<unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.` and the body as sent.")
_CHALLENGE = (CHALLENGE_HEADER, "What is to be given back.")


def _header(name: str, description: str, *, required: bool = False) -> dict[str, Any]:
    schema = {"type": "string"} | ({"minLength": 1} if required else {})
    return {"name": name, "in": "header", "required": required, "schema": schema, "description": description}


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
        "parameters": [_header(*one) for one in (_AUTHORIZATION, _SIGNATURE)],
    },
}
_TESTING: dict[str, Any] = _SENDING | {
    "status_code": HTTPStatus.OK,
    "response_model": Understood,
    "summary": "Send a test event",
    "description": "As for sending; answers with what would be understood and decided, and keeps nothing.",
    "operation_id": "test_alerts",
}
_VERIFYING: dict[str, Any] = {
    "response_model": Verified,
    "summary": "Answer a challenge",
    "description": "Okta asks once, before it sends events, whether the address is meant; nothing is kept.",
    "operation_id": "verify_source",
    "responses": described(HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND),
    "openapi_extra": {
        "parameters": [
            *(_header(*one) for one in (_AUTHORIZATION, _SIGNATURE)),
            _header(*_CHALLENGE, required=True),
        ]
    },
}
