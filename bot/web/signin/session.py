"""Sessions: who is signed in, as every route asks it. Kept in the database, known there by a digest."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

from fastapi import Depends, Response
from starlette.requests import HTTPConnection, Request

from bot.web.parts import Parts, WebParts
from bot.web.signin.cookies import Cookie, drop_cookie, read_cookie, set_cookie
from bot.web.signin.secret import digest, form_token, new_secret
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import PersonId
from playbooks.domain.organization import Person
from playbooks.domain.policy import check_no_guest
from playbooks.domain.release import Reader
from playbooks.domain.tongue import speak
from playbooks.ports.signin import Proof, Session

LONGEST: Final = timedelta(hours=12)
"""A session ends then, whatever happens; a night shift and its handover."""
IDLE: Final = timedelta(hours=2)


class SignInNeeded(Exception):
    """Nobody is signed in."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, and what she reads as."""

    person: Person
    session: Session
    reader: Reader
    form_token: str

    @property
    def proven_at(self) -> datetime | None:
        """When she signed in here with a passkey; None for another way."""
        return self.session.opened_at if self.session.proof is Proof.PASSKEY else None


async def visitor_of(connection: HTTPConnection, parts: WebParts) -> Visitor | None:
    """Who is signed in, None for nobody: no cookie, a session that is over, or somebody no longer in the directory.

    From here on she is spoken to in her own language.
    """
    secret = read_cookie(connection, parts.settings, Cookie.SESSION)
    if not secret:
        return None
    session = await parts.signin.session(digest(secret), parts.now(), IDLE)
    if session is None:
        return None
    try:
        person = parts.directory.person(session.person)
    except NotFound:
        return None
    offered = getattr(connection.state, "offered", "")
    community = await parts.communities.lately()
    person = community.standing(person)
    speak(community.tongue(parts.directory, person, offered))
    reader = Reader(organization=person.organization, person=person.id, ceiling=parts.settings.ceiling)
    return Visitor(person, session, reader, form_token(secret))


async def still_signed_in(parts: WebParts, visitor: Visitor) -> bool:
    """Whether the session still stands, for what stays open long; looking does not keep it alive."""
    return await parts.signin.session(visitor.session.digest, parts.now(), IDLE, use=False) is not None


async def _present(request: Request, parts: Parts) -> Visitor:
    visitor = await visitor_of(request, parts)
    if visitor is None:
        raise SignInNeeded
    return visitor


Present = Annotated[Visitor, Depends(_present)]
"""A route's parameter: who is signed in, a vendor's guest too. Raises SignInNeeded."""


async def _signed_in(visitor: Present) -> Visitor:
    check_no_guest(visitor.person.organization)
    return visitor


SignedIn = Annotated[Visitor, Depends(_signed_in)]
"""A route's parameter: who is signed in for an organization. Raises SignInNeeded, or Refused for a guest."""


async def open_session(response: Response, parts: WebParts, person: PersonId, proof: Proof) -> None:
    """Sign somebody in on the browser that gets this response; her earlier secret there is worth nothing any more."""
    secret, now = new_secret(), parts.now()
    session = Session(
        digest=digest(secret),
        person=person,
        proof=proof,
        opened_at=now,
        seen_at=now,
        expires_at=now + LONGEST,
    )
    await parts.signin.sweep(now)
    await parts.signin.open_session(session)
    set_cookie(response, parts.settings, Cookie.SESSION, secret)
    drop_cookie(response, parts.settings, Cookie.VISIT)


async def close_session(request: Request, response: Response, parts: WebParts) -> None:
    """Sign out: the session ends in the database, not only in the browser."""
    secret = read_cookie(request, parts.settings, Cookie.SESSION)
    if secret:
        await parts.signin.close_session(digest(secret))
    drop_cookie(response, parts.settings, Cookie.SESSION)
