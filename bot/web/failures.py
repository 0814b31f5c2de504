"""What goes wrong, told once: to machines as problem details (RFC 9457), to people as a calm page. Never a trace."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from secrets import token_hex
from typing import Final
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from bot.web.headers import security_headers
from bot.web.pages import pages_of
from bot.web.parts import WebParts
from bot.web.signin.session import SignInNeeded
from playbooks.domain.errors import Conflict, IncidentError, Malformed, NotFound, Refused, Unavailable

_LOG = logging.getLogger(__name__)
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
PROBLEM: Final = "application/problem+json"
_STATUS: Final = (
    (Refused, HTTPStatus.FORBIDDEN),
    (Conflict, HTTPStatus.CONFLICT),
    (NotFound, HTTPStatus.NOT_FOUND),
    (Malformed, HTTPStatus.BAD_REQUEST),
    (Unavailable, HTTPStatus.SERVICE_UNAVAILABLE),
)
_SAID: Final = frozenset(
    {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.UNPROCESSABLE_ENTITY}
)
"""What the catalogue has a sentence for, `page.failure.<status>.sentence`."""


@dataclass(frozen=True, slots=True)
class Failure:
    """What to tell: a status, a stable code, and a sentence that says what to do."""

    status: HTTPStatus
    code: str
    sentence: str
    source: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """What the answer must say beside it, as which methods an address allows (RFC 9110, section 10.2.1)."""


def tell_failures(app: FastAPI) -> None:
    """Have an app tell whatever its routes raise."""
    app.add_exception_handler(SignInNeeded, _to_sign_in)
    app.add_exception_handler(IncidentError, _handler(_of_incident_error))
    app.add_exception_handler(HTTPException, _handler(_of_http))
    app.add_exception_handler(RequestValidationError, _handler(_of_request))
    app.add_exception_handler(Exception, _tell_fault)


def for_machines(request: Request) -> bool:
    """Whether a machine asked: by its path, or because it takes no HTML."""
    path = request.url.path
    by_path = path.endswith((".json", "/events")) or path.startswith(("/alerts/", "/hooks/"))
    return by_path or "text/html" not in request.headers.get("Accept", "text/html")


def _handler(
    read: Callable[[Request, Exception], Failure],
) -> Callable[[Request, Exception], Awaitable[Response]]:
    async def handle(request: Request, error: Exception) -> Response:
        return answer(request, read(request, error))

    return handle


def answer(request: Request, failure: Failure) -> Response:
    """The failure, for whoever asked."""
    response = _answer(request, failure)
    response.headers.update(failure.headers)
    return response


def _answer(request: Request, failure: Failure) -> Response:
    if for_machines(request):
        body = {
            "type": f"urn:muster:problem:{failure.code}",
            "title": failure.status.phrase,
            "status": failure.status.value,
            "detail": failure.sentence,
        }
        return JSONResponse(body, failure.status, media_type=PROBLEM)
    line = _line(request) if failure.status is HTTPStatus.SERVICE_UNAVAILABLE else ""
    return pages_of(request).page("failure.html", None, status=failure.status, failure=failure, line=line)


def _line(request: Request) -> str:
    """Where there is a line that answers also now: of the incident, if it was one of its pages."""
    _, _, beneath = request.url.path.partition("/incidents/")
    return f"/rooms/{quote(beneath.partition('/')[0], safe='')}" if beneath else "/rooms"


def _of_incident_error(_request: Request, error: Exception) -> Failure:
    assert isinstance(error, IncidentError)  # noqa: S101  the handler is registered for this class
    status = next((status for kind, status in _STATUS if isinstance(error, kind)), HTTPStatus.BAD_GATEWAY)
    return Failure(status, error.code, error.sentence, error.source)


def _of_http(request: Request, error: Exception) -> Failure:
    assert isinstance(error, HTTPException)  # noqa: S101  as above
    status = HTTPStatus(error.status_code)
    said = error.detail if error.detail != status.phrase else ""
    sentence = _sentence(request, status) if status in _SAID else said or status.description or status.phrase
    headers = {**(error.headers or {})}
    if status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(_allowed(request))
        if for_machines(request):
            sentence = _sentence(request, status, "machines", method=request.method, allowed=headers["Allow"])
    return Failure(status, status.name.lower(), sentence, headers=headers)


def _allowed(request: Request) -> list[str]:
    """The methods of every route of the address, each tried; the router itself names only those of the first."""
    return [
        method
        for method in _METHODS
        if any(
            route.matches({**request.scope, "method": method})[0] is Match.FULL
            for route in request.app.routes
        )
    ]


def _of_request(request: Request, error: Exception) -> Failure:
    """What is wrong with an address reads as nothing being there; what is wrong with a form says so."""
    assert isinstance(error, RequestValidationError)  # noqa: S101  as above
    in_path = any(problem["loc"][:1] == ("path",) for problem in error.errors())
    status = HTTPStatus.NOT_FOUND if in_path else HTTPStatus.UNPROCESSABLE_ENTITY
    return Failure(status, "not_found" if in_path else "form_incomplete", _sentence(request, status))


def _sentence(request: Request, status: HTTPStatus, told: str = "sentence", **said: str) -> str:
    parts: WebParts = request.app.state.parts
    return parts.texts.say(f"page.failure.{status.value}.{told}", **said)


async def _tell_fault(request: Request, error: Exception) -> Response:
    """A fault of ours: the log has it under a number, and the number is all that is told.

    This answer passes no middleware any more, so it takes its headers here.
    """
    number = token_hex(4)
    _LOG.error("fault %s at %s %s", number, request.method, request.scope.get("route"), exc_info=error)
    parts: WebParts = request.app.state.parts
    sentence = parts.texts.say("page.failure.fault.sentence", number=number)
    response = answer(request, Failure(HTTPStatus.INTERNAL_SERVER_ERROR, "fault", sentence))
    response.headers.update(security_headers(secure=parts.settings.secure))
    return response


async def _to_sign_in(request: Request, _error: Exception) -> Response:
    """People are shown where to sign in and come back afterwards; machines are told.

    A cookie that is `SameSite=Strict` does not come along when a link from chat or mail is followed. So the first
    answer to such a request is a page that goes on by itself, now from our own site; it signs nobody in.
    """
    if for_machines(request):
        return answer(
            request, Failure(HTTPStatus.UNAUTHORIZED, "sign_in_needed", "Sign in first, at /sign-in.")
        )
    came_from_elsewhere = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    if request.method == "GET" and came_from_elsewhere:
        return pages_of(request).page("arrival.html", None, path=_path(request))
    return RedirectResponse(f"/sign-in?next={quote(_path(request), safe='')}", HTTPStatus.SEE_OTHER)


def _path(request: Request) -> str:
    if request.method != "GET":
        return "/incidents"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"{quote(request.url.path)}{query}"
