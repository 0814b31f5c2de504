"""What the outside is told when an organization's room moves: its people are reached by every way but the one lost."""

from playbooks.actions.asking import (
    MAIL,
    ON_DUTY,
    WAKES,
    WITHOUT_WORDS,
    ask,
    invite_to_room,
    opened,
    paged,
    post,
    told,
)
from playbooks.actions.effect import EffectRequest
from playbooks.actions.rooms import chat_of, reference_to, room_of
from playbooks.domain.connection import connection_id
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.rooms import WEB, Because, Room

BRIEFING = "room.briefing"
"""The text that a new room begins with: how things stand, who holds which role, and what is to be done."""
MOVED_MAIL = "room.moved"
MOVED_PAGE = "page.moved"
"""Who is woken twice in a night is told that it is no second incident."""


def moved(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The new room with its people and a briefing; a mail to each, and a page where it is grave; others are told."""
    organization = OrganizationCode(entry.data["organization"])
    people = (ON_DUTY, *entry.data["named"])
    mail = connection_id(organization, MAIL)
    written = ask(entry, state, mail, "mail.send", entry.id, to=people)
    return (
        *opened(entry, state, organization),
        *invite_to_room(entry, state, organization, *people),
        *post(entry, state, organization),
        *briefed(entry, state, organization),
        written.model_copy(update={**WITHOUT_WORDS, "text": MOVED_MAIL}),
        *_woken(entry, state, organization),
        *_farewell(entry, state),
        *told(entry, state, but=organization),
    )


def briefed(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[EffectRequest, ...]:
    """A new room is told how things stand."""
    chat = chat_of(state, organization)
    if chat is None:
        return ()
    room = room_of(state, organization)
    brief = ask(entry, state, chat, "message.post", f"{entry.id}.briefing", room=room)
    return (brief.model_copy(update={"text": BRIEFING, "entries": (), "marking": state.marking}),)


def _woken(entry: Entry, state: IncidentState, organization: OrganizationCode) -> tuple[EffectRequest, ...]:
    """Whoever comes back of their own will sleeps on."""
    wakes = state.severity in WAKES and entry.data["because"] != Because.BACK
    if not wakes:
        return ()
    return (paged(entry, state, organization).model_copy(update={"text": MOVED_PAGE}),)


def _farewell(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """In the room that is left, where that is of any use and does no harm, where people are to go."""
    left = Room(connection=ConnectionId(entry.data["connection"]), occasion=entry.data["was_room"])
    if left.connection == WEB or entry.data["because"] != Because.BACK or left.connection in state.distrusted:
        return ()
    room = reference_to(state, left)
    return (ask(entry, state, left.connection, "message.post", f"{entry.id}.left", room=room),)
