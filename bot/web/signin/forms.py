"""Forms that only our own pages can send: where a POST comes from, and the token that it carries.

Two defences, each enough: browsers say where a request comes from (Fetch Metadata, `Origin`), and each form carries a
token that follows from a cookie no other site can send or read.
"""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Response
from starlette.requests import Request

from bot.web.parts import Parts, WebParts
from bot.web.signin.cookies import Cookie, read_cookie, set_cookie
from bot.web.signin.secret import form_token, new_secret, same
from playbooks.domain.errors import Refused
from playbooks.domain.saying import says

HEADER = "X-Form-Token"
FIELD = "form_token"


@dataclass(frozen=True, slots=True)
class Visit:
    """A browser in which nobody is signed in yet."""

    secret: str
    new: bool

    @property
    def form_token(self) -> str:
        """The token for its forms."""
        return form_token(self.secret)

    def keep(self, response: Response, parts: WebParts) -> None:
        """Give the cookie with the first page."""
        if self.new:
            set_cookie(response, parts.settings, Cookie.VISIT, self.secret)


def visit_of(request: Request, parts: WebParts) -> Visit:
    """The visit that a request belongs to, a new one if need be."""
    secret = read_cookie(request, parts.settings, Cookie.VISIT)
    return Visit(secret or new_secret(), new=not secret)


async def _checked_session(request: Request, parts: Parts) -> None:
    await _check(request, parts, Cookie.SESSION)


async def _checked_visit(request: Request, parts: Parts) -> Visit:
    await _check(request, parts, Cookie.VISIT)
    return visit_of(request, parts)


_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")

OwnForm = Depends(_checked_session)
"""A dependency of every route that acts for somebody signed in. Raises Refused for a forged form."""

OwnVisit = Annotated[Visit, Depends(_checked_visit)]
"""The same for the routes by which one signs in."""


async def _check(request: Request, parts: WebParts, cookie: Cookie) -> None:
    _check_whence(request, parts)
    secret = read_cookie(request, parts.settings, cookie)
    given = request.headers.get(HEADER, "") or await _field(request)
    if not secret or not same(given, form_token(secret)):
        raise Refused(says("form_not_ours"), source="policy")


def _check_whence(request: Request, parts: WebParts) -> None:
    """`Origin: null` is what browsers send with our own `Referrer-Policy: no-referrer`, so it decides nothing."""
    site = request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = request.headers.get("Origin", "null")
    if site != "same-origin" or origin not in ("null", parts.settings.origin):
        raise Refused(says("other_site", origin=parts.settings.origin), source="policy")


async def _field(request: Request) -> str:
    if not request.headers.get("Content-Type", "").startswith(_FORMS):
        return ""
    field = (await request.form()).get(FIELD, "")
    return field if isinstance(field, str) else ""
