"""A link for a vendor's guest to enrol with: made by whoever may admit her, shown once, and recorded."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from bot.web.pages import pages_of
from bot.web.parts import Parts
from bot.web.routes.keys import Key
from bot.web.signin.enrolment import invite
from bot.web.signin.forms import OwnForm
from bot.web.signin.session import SignedIn
from playbooks.domain.actor import Actor
from playbooks.domain.circle.guest import Guest
from playbooks.domain.entry import Entry, entry_id, in_milliseconds
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_permission
from playbooks.domain.saying import says

router: Final = APIRouter(include_in_schema=False)


@router.post("/incidents/{key}/guests/{person}/link", dependencies=[OwnForm])
async def link(
    request: Request, key: Key, person: Annotated[str, Path(max_length=60)], parts: Parts, visitor: SignedIn
) -> HTMLResponse:
    """A new link; whatever she could sign in with before ends, and her sessions."""
    state, actor = (await parts.views.case(visitor.reader, key)).state, Actor.of(visitor.person)
    check_permission(actor, "retainer.admit", state)
    guest = state.guests.get(PersonId(person))
    if guest is None:
        raise NotFound(says("not_found.guest", person=person, incident=key))
    await parts.record.append([_made(state, guest, actor, parts.now())])
    await parts.signin.revoke(guest.person)
    invitation = await invite(parts.signin, guest.person, parts.settings.origin, parts.now())
    return pages_of(request).page("guest_link.html", visitor, key=key, invitation=invitation)


def _made(state: IncidentState, guest: Guest, actor: Actor, at: datetime) -> Entry:
    """That she was given one, never the link."""
    return Entry(
        id=entry_id(f"link/{state.key}/{guest.person}/{at.isoformat()}"),
        incident=state.key,
        kind=Kind.GUEST_ENROL,
        at=in_milliseconds(at),
        actor=actor,
        subject=f"call/{guest.call}",
        data={"call": guest.call, "person": guest.person, "organization": guest.vendor},
        marking=state.marking,
        audience=state.audience,
    )
