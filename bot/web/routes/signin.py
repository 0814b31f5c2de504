"""`/sign-in` and `/sign-out`: by passkey, or by a printed recovery code, which needs no script."""

import asyncio
from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, Body, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response

from bot.web.pages import pages_of
from bot.web.parts import Parts, WebParts
from bot.web.signin.attempts import check_attempt, forgive
from bot.web.signin.forms import OwnForm, OwnVisit, visit_of
from bot.web.signin.passkeys import ask_to_sign_in, signed_in
from bot.web.signin.recovery import hashed
from bot.web.signin.session import Present, Visitor, close_session, open_session, visitor_of
from playbooks.domain.errors import NotFound, Refused, Unavailable
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import says
from playbooks.ports.signin import Proof

router: Final = APIRouter(include_in_schema=False)

_NO_SALT: Final = bytes(16)
"""Hashed with for somebody who has no codes, so that the time taken tells nobody who has."""


def local(place: str) -> str:
    """A path of this installation; anything else reads as the list of incidents."""
    parts = urlsplit(place)
    plain = place.isprintable() and "\\" not in place and not place.startswith("//")
    return (
        place if plain and place.startswith("/") and not parts.scheme and not parts.netloc else "/incidents"
    )


@router.get("/sign-in")
async def sign_in(
    request: Request,
    parts: Parts,
    then: Annotated[str, Query(alias="next", max_length=500)] = "/incidents",
    again: Annotated[bool, Query()] = False,  # noqa: FBT002 - a word of the address
) -> Response:
    """The page to sign in on; whoever is signed in already goes on, unless an act asks for the passkey again."""
    if not again and await visitor_of(request, parts) is not None:
        return RedirectResponse(local(then), HTTPStatus.SEE_OTHER)
    return sign_in_page(request, parts, then)


def sign_in_page(
    request: Request, parts: WebParts, then: str, refusal: str = "", handle: str = ""
) -> Response:
    """The page to sign in on, with what was refused."""
    visit = visit_of(request, parts)
    response = pages_of(request).page(
        "sign_in.html",
        None,
        status=HTTPStatus.FORBIDDEN if refusal else HTTPStatus.OK,
        form_token=visit.form_token,
        then=local(then),
        refusal=refusal,
        handle=handle,
        providers=parts.providers,
    )
    visit.keep(response, parts)
    return response


@router.post("/sign-in/ask")
async def ask(request: Request, parts: Parts, visit: OwnVisit) -> dict[str, Any]:
    """What the browser's authenticator is asked."""
    await check_attempt(request, parts)
    return await ask_to_sign_in(parts, visit)


@router.post("/sign-in/passkey")
async def by_passkey(
    request: Request, parts: Parts, visit: OwnVisit, credential: Annotated[dict[str, Any], Body()]
) -> Response:
    """Sign in whoever's passkey answered."""
    await check_attempt(request, parts)
    person = _known(parts, await signed_in(parts, visit, credential))
    response = JSONResponse({"signed_in": person})
    await open_session(response, parts, person, Proof.PASSKEY)
    return response


@router.post("/sign-in")
async def by_recovery_code(
    request: Request,
    parts: Parts,
    _visit: OwnVisit,
    handle: Annotated[str, Form(max_length=100)] = "",
    code: Annotated[str, Form(max_length=100)] = "",
    then: Annotated[str, Form(alias="next", max_length=500)] = "/incidents",
) -> Response:
    """Sign in by a printed code; who it is and whether the code is right are refused alike."""
    try:
        person = await _redeemed(request, parts, handle.strip().removeprefix("@").casefold(), code)
    except (Refused, Unavailable) as refused:
        return sign_in_page(request, parts, then, refused.sentence, handle)
    left = await parts.signin.codes_left(person)
    place = f"/passkeys?next={quote(local(then), safe='')}&left={left}"
    response = RedirectResponse(place, HTTPStatus.SEE_OTHER)
    await open_session(response, parts, person, Proof.RECOVERY_CODE)
    return response


async def _redeemed(request: Request, parts: WebParts, handle: str, code: str) -> PersonId:
    await check_attempt(request, parts, handle)
    salt = await parts.signin.recovery_salt(PersonId(handle))
    hash = await asyncio.to_thread(hashed, code, salt or _NO_SALT)
    if salt is None or not await parts.signin.redeem_code(PersonId(handle), hash):
        raise Refused(says("code_not_accepted"), source="policy")
    await forgive(parts, handle)
    return _known(parts, PersonId(handle))


def _known(parts: WebParts, person: PersonId) -> PersonId:
    try:
        return parts.directory.person(person).id
    except NotFound:
        raise Refused(says("not_in_directory.any_more"), source="004 §4") from None


@router.post("/sign-out", dependencies=[OwnForm])
async def sign_out(request: Request, parts: Parts, visitor: Present) -> Response:
    """End the session, here and in the database. Who came from her organization's sign-in is told that it goes on."""
    elsewhere = await _signed_in_elsewhere(parts, visitor)
    response: Response = (
        pages_of(request).page("signed_out.html", None, place=elsewhere)
        if elsewhere
        else RedirectResponse("/sign-in", HTTPStatus.SEE_OTHER)
    )
    await close_session(request, response, parts)
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response


async def _signed_in_elsewhere(parts: WebParts, visitor: Visitor) -> str:
    """Where to sign out there; empty where there is nothing, or where it does not answer."""
    if visitor.session.proof is not Proof.OPENID:
        return ""
    back_to = f"{parts.settings.origin}/sign-in"
    with suppress(Unavailable, Refused):
        for provider in parts.providers:
            if provider.organization == visitor.person.organization:
                return await provider.where_to_sign_out(back_to)
    return ""
