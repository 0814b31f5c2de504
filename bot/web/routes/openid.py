"""`/sign-in/openid/{name}`: signing in at one's own organization (OpenID Connect), and being signed out from there."""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.routes.signin import local, sign_in_page
from bot.web.signin.attempts import check_attempt
from bot.web.signin.cookies import Cookie, drop_cookie, read_cookie, set_cookie
from bot.web.signin.forms import OwnVisit, visit_of
from bot.web.signin.openid import begin, check_completed, end, known, provider_named
from bot.web.signin.session import open_session
from playbooks.domain.errors import Refused
from playbooks.ports.signin import Proof

router: Final = APIRouter(include_in_schema=False)

Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,40}$")]
Answer = Annotated[str, Query(max_length=4096)]


@router.post("/sign-in/openid/{name}")
async def ask(
    request: Request,
    name: Name,
    parts: Parts,
    visit: OwnVisit,
    then: Annotated[str, Form(alias="next", max_length=500)] = "/incidents",
) -> Response:
    """Go to one's own organization's sign-in, by a deliberate act on our page; a link from elsewhere cannot begin it.

    A page goes on by itself: browsers hold a form's redirect to another site against `form-action`.
    """
    await check_attempt(request, parts)
    place = await begin(parts, visit, provider_named(parts, name))
    response = pages_of(request).page("onward.html", None, place=place, name=name)
    set_cookie(response, parts.settings, Cookie.NEXT, local(then))
    return response


@router.get("/sign-in/openid/{name}")
async def answered(
    request: Request,
    name: Name,
    parts: Parts,
    code: Answer = "",
    state: Answer = "",
    error: Answer = "",
    iss: Answer = "",
) -> Response:
    """Come back from there. What the browser brings is believed only if this very browser asked for it."""
    provider = provider_named(parts, name)
    if not read_cookie(request, parts.settings, Cookie.VISIT) and _from_elsewhere(request):
        # Cookies that are `SameSite=Strict` did not come along; a page of our own fetches this address with them.
        return pages_of(request).page("arrival.html", None, path=f"{request.url.path}?{request.url.query}")
    then = local(read_cookie(request, parts.settings, Cookie.NEXT) or "/incidents")
    try:
        await check_attempt(request, parts)
        check_completed(provider, code, error)
        person = await end(parts, visit_of(request, parts), provider, state, code, iss)
    except Refused as refused:
        return sign_in_page(request, parts, then, refused.sentence)
    response = RedirectResponse(then, HTTPStatus.SEE_OTHER)
    await open_session(response, parts, person.id, Proof.OPENID)
    drop_cookie(response, parts.settings, Cookie.NEXT)
    return response


@router.post("/sign-in/openid/{name}/ended")
async def ended(
    request: Request, name: Name, parts: Parts, logout_token: Annotated[str, Form(max_length=16_384)]
) -> Response:
    """The provider says that somebody is signed out there: so she is here (Back-Channel Logout 1.0)."""
    await check_attempt(request, parts)
    provider = provider_named(parts, name)
    try:
        person = known(parts, provider, await provider.signed_out(logout_token))
    except Refused:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    await parts.signin.close_sessions(person.id, Proof.OPENID)
    return Response(status_code=HTTPStatus.OK)


def _from_elsewhere(request: Request) -> bool:
    return request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
