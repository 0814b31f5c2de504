"""Enrolment: a one-time link for each person, given out by the operator; the one link that leads to a session.

Its token stands behind `#`, which browsers send to nobody: no log, proxy or preview of a link ever sees it, and opening
the page uses nothing up.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.web.parts import WebParts
from bot.web.signin.recovery import new_codes, sealed
from bot.web.signin.secret import digest, new_secret
from playbooks.domain.errors import NotFound, Refused
from playbooks.domain.ids import PersonId
from playbooks.domain.organization import Person
from playbooks.domain.saying import says
from playbooks.ports.signin import Passkey, SignInStore

GOOD_FOR: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Invitation:
    """One person's enrolment link; it is shown once and kept nowhere."""

    person: PersonId
    link: str
    expires_at: datetime


async def invite(store: SignInStore, person: PersonId, origin: str, now: datetime) -> Invitation:
    """A new enrolment for somebody; earlier links of hers end."""
    token, expires_at = new_secret(), now + GOOD_FOR
    await store.invite(person, digest(token), expires_at)
    return Invitation(person, f"{origin}/enrol#{token}", expires_at)


async def invite_all(
    store: SignInStore, people: Iterable[Person], origin: str, now: datetime
) -> Sequence[Invitation]:
    """An enrolment for everybody who has neither passkey nor recovery code; what `muster up` prints."""
    enrolled = await store.enrolled()
    return [await invite(store, person.id, origin, now) for person in people if person.id not in enrolled]


async def invited(parts: WebParts, token: str) -> PersonId:
    """Whom an enrolment is for. Raises Refused for one that is unknown, used or over."""
    person = await parts.signin.invited(digest(token), parts.now())
    if person is None or not any(known.id == person for known in parts.directory.people):
        raise _over()
    return person


async def enrolled(parts: WebParts, token: str, passkey: Passkey | None) -> tuple[PersonId, tuple[str, ...]]:
    """Use up an enrolment; return who it was for and the recovery codes to print, which nobody can show again."""
    codes = new_codes()
    kept = await asyncio.to_thread(sealed, codes)
    try:
        return await parts.signin.enrol(digest(token), passkey, kept, parts.now()), codes
    except NotFound:
        raise _over() from None


def _over() -> Refused:
    return Refused(says("enrolment_over"), source="policy")
