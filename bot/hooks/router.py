"""`POST /hooks/{organization}/{account}`: a vendor's webhook. Its signature is checked before anything else is read.

A notice becomes the command `notice`, whose id is `hook:<connection>:<the vendor's id of the event>`: a delivery that
comes again is answered as before. Answered when every notice stands in the record; otherwise with 503, and the vendor
sends it again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from bot.hooks.taking import Taking
from bot.intake.problem import Refusal, described
from playbooks.domain.errors import Denied, Malformed, Refused, Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.ports.notices import NoticeReader

_MOST_BYTES: Final = 1024 * 1024

Readers = Mapping[ConnectionId, Callable[[], NoticeReader]]
"""For each connection that listens, what makes its reader; it raises Denied where its secret is missing."""


class Taken(BaseModel):
    """What became of a delivery."""

    taken: int = Field(ge=0, description="Notices that are recorded.")
    passed_over: int = Field(ge=0, description="Notices of something that we did not make there.")


def hooks_router(readers: Readers, taking: Taking, now: Callable[[], datetime]) -> APIRouter:
    """The route for every connection that listens."""
    router = APIRouter(tags=["hooks"])

    async def post(organization: str, account: str, request: Request) -> Response:
        connection = ConnectionId(f"{organization}/{account}")
        try:
            notices = _reader(readers, connection).read(request.headers, await _body(request))
            taken = [await taking.take(connection, notice, now()) for notice in notices]
        except Refusal as refusal:
            return refusal.response()
        except Refused as error:
            return Refusal(HTTPStatus.UNAUTHORIZED, error.code, error.sentence).response()
        except Malformed as error:
            return Refusal(HTTPStatus.BAD_REQUEST, error.code, error.sentence).response()
        except (Unavailable, Denied) as error:
            again = timedelta(seconds=5)
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return Refusal(status, error.code, error.sentence, retry_after=again).response()
        answer = Taken(taken=sum(taken), passed_over=len(taken) - sum(taken))
        return JSONResponse(answer.model_dump(), HTTPStatus.ACCEPTED)

    router.add_api_route("/hooks/{organization}/{account}", post, methods=["POST"], **_DESCRIPTION)
    return router


def _reader(readers: Readers, connection: ConnectionId) -> NoticeReader:
    if connection not in readers:
        raise Refusal(
            HTTPStatus.NOT_FOUND,
            "unknown_connection",
            "No connection listens here; its `webhook_secret` stands in the connections file.",
        )
    return readers[connection]()


async def _body(request: Request) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > _MOST_BYTES:
            raise Refusal(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", "A webhook's body has at most 1 MiB."
            )
        parts.append(chunk)
    return b"".join(parts)


_DESCRIPTION: Final[dict[str, Any]] = {
    "status_code": HTTPStatus.ACCEPTED,
    "response_model": Taken,
    "summary": "Hear from a connected vendor",
    "description": "A webhook of PagerDuty (version 3) or Jira, signed with the connection's own secret.",
    "operation_id": "take_notice",
    "responses": described(
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ),
    "openapi_extra": {
        "requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    },
}
