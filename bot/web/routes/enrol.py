"""`/enrol`: a one-time link becomes a passkey and a sheet of recovery codes. `/passkeys`: one more passkey.

The link's token comes in the body of a POST, never in an address; loading the page uses nothing up.
"""

from contextlib import suppress
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.responses import Response
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.routes.signin import local
from bot.web.signin.attempts import check_attempt
from bot.web.signin.enrolment import enrolled, invited
from bot.web.signin.forms import OwnForm, OwnVisit, Visit, visit_of
from bot.web.signin.passkeys import ask_to_register, registered
from bot.web.signin.secret import digest
from bot.web.signin.session import Present, Visitor, open_session
from playbooks.domain.errors import Refused
from playbooks.domain.saying import says
from playbooks.ports.signin import Proof

router: Final = APIRouter(include_in_schema=False)

Token = Annotated[str, Body(embed=True, max_length=100)]
Credential = Annotated[dict[str, Any], Body(embed=True)]


@router.get("/enrol")
async def enrol(request: Request, parts: Parts) -> Response:
    """The page that the link opens."""
    visit = visit_of(request, parts)
    response = pages_of(request).page("enrol.html", None, form_token=visit.form_token)
    visit.keep(response, parts)
    return response


@router.post("/enrol/ask")
async def ask(request: Request, parts: Parts, visit: OwnVisit, token: Token) -> dict[str, Any]:
    """What the authenticator of the person enrolling is asked."""
    await check_attempt(request, parts)
    person = await invited(parts, token)
    return await ask_to_register(parts, visit, person, await parts.signin.passkeys(person))


@router.post("/enrol/passkey")
async def by_passkey(
    request: Request, parts: Parts, visit: OwnVisit, token: Token, credential: Credential
) -> Response:
    """Keep the passkey, sign in, and give the codes to print."""
    await check_attempt(request, parts)
    passkey = await registered(parts, visit, await invited(parts, token), credential)
    person, codes = await enrolled(parts, token, passkey)
    html = pages_of(request).render("pieces/codes.html", person=person, codes=codes)
    response = JSONResponse({"html": html})
    await open_session(response, parts, person, Proof.ENROLMENT)
    return response


@router.post("/enrol")
async def by_codes_alone(
    request: Request, parts: Parts, _visit: OwnVisit, token: Annotated[str, Form(max_length=100)]
) -> Response:
    """Where no passkey can be made: recovery codes alone. A passkey can be added once signed in."""
    await check_attempt(request, parts)
    await invited(parts, token.strip())
    person, codes = await enrolled(parts, token.strip(), None)
    response = pages_of(request).page("codes.html", None, person=person, codes=codes)
    await open_session(response, parts, person, Proof.ENROLMENT)
    return response


@router.get("/passkeys")
async def passkeys(
    request: Request,
    parts: Parts,
    visitor: Present,
    then: Annotated[str, Query(alias="next", max_length=500)] = "/incidents",
) -> Response:
    """One's own passkeys, and a button for one more."""
    return pages_of(request).page(
        "passkeys.html",
        visitor,
        passkeys=[
            (bytes_to_base64url(key.credential_id), key)
            for key in await parts.signin.passkeys(visitor.person.id)
        ],
        codes_left=await parts.signin.codes_left(visitor.person.id),
        then=local(then),
    )


@router.post("/passkeys/ask", dependencies=[OwnForm])
async def ask_for_another(parts: Parts, visitor: Present) -> dict[str, Any]:
    """What the authenticator of somebody signed in is asked. Raises Refused for who signed in elsewhere."""
    if visitor.session.proof is Proof.OPENID:
        raise Refused(says("not_by_openid"), source="policy")
    known = await parts.signin.passkeys(visitor.person.id)
    return await ask_to_register(parts, _bound(visitor), visitor.person.id, known)


@router.post("/passkeys", dependencies=[OwnForm])
async def add(parts: Parts, visitor: Present, credential: Credential) -> dict[str, str]:
    """Keep one more passkey."""
    passkey = await registered(parts, _bound(visitor), visitor.person.id, credential)
    await parts.signin.add_passkey(passkey)
    return {"added": visitor.person.id}


@router.post("/passkeys/remove", dependencies=[OwnForm])
async def remove(parts: Parts, visitor: Present, passkey: Annotated[str, Form(max_length=2000)]) -> Response:
    """Forget a passkey that is lost; never the last proof that somebody has."""
    person = visitor.person.id
    known = await parts.signin.passkeys(person)
    if len(known) == 1 and not await parts.signin.codes_left(person):
        raise Refused(says("last_proof"), source="policy")
    with suppress(ValueError):
        await parts.signin.remove_passkey(person, base64url_to_bytes(passkey))
    return RedirectResponse("/passkeys", HTTPStatus.SEE_OTHER)


def _bound(visitor: Visitor) -> Visit:
    """Challenges of somebody signed in are bound to her session as those of a visitor are to the visit."""
    return Visit(digest(visitor.session.digest).hex(), new=False)
