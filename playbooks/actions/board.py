"""The board of a question: one message in the room of who leads and of who asks, edited in place as answers come in.

Its words are made as it goes out, of what the room's organization may have by then; requests name the question alone.
"""

from datetime import datetime
from typing import Final

from playbooks.actions.asking import ask, is_meant
from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.rooms import REF, chat_of, room_of
from playbooks.domain.connection import connection_id
from playbooks.domain.consultation import Question
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState

BOARD: Final = "consultation.board"
"""The text that a board is: how the question stands."""


def shown_to(opened: Entry, question: Question, state: IncidentState) -> tuple[OrganizationCode, ...]:
    """Whose rooms have a board of it: the lead's, and that of who asked; none of a question to one alone.

    The approval of an act is one line in the room, and of a restricted incident no room is told.
    """
    if state.restricted or question.by_person or len(question.asked) == 1:
        return ()
    follow = dict.fromkeys((state.lead, opened.actor.organization))
    return tuple(
        code
        for code in follow
        if is_meant(code, opened, state) and state.takes_part(code) and chat_of(state, code)
    )


def board_posted(
    opened: Entry, state: IncidentState, organization: OrganizationCode, at: datetime
) -> EffectRequest:
    """The board, in the room that the organization has now; asked for again, it is the same message."""
    return _board(opened, state, organization, at, "message.post", _occasion(opened, state, organization))


def board_edited(
    opened: Entry, state: IncidentState, organization: OrganizationCode, at: datetime, standing: str
) -> EffectRequest:
    """The same message as things stand by then; `standing` tells the edits apart: how many answers there are."""
    occasion = f"{_occasion(opened, state, organization)}.{standing}"
    message = REF + _message(opened, state, organization)
    return _board(opened, state, organization, at, "message.update", occasion, message=message)


def _board(
    opened: Entry,
    state: IncidentState,
    organization: OrganizationCode,
    at: datetime,
    action: str,
    occasion: str,
    **more: str,
) -> EffectRequest:
    """Marked as the incident is by then: it tells of answers that are marked so."""
    room = room_of(state, organization)
    asked = ask(opened, state, _chat(state, organization), action, occasion, room=room, **more)
    about = {"text": BOARD, "entries": (), "consultation": opened.data["consultation"]}
    return asked.model_copy(update={**about, "marking": state.marking, "asked_at": at})


def _occasion(opened: Entry, state: IncidentState, organization: OrganizationCode) -> str:
    """One for each room that the organization has had: who moved sees the board where she is."""
    again = state.room(organization).occasion.removeprefix("room")
    return f"{opened.data['consultation']}.board{again}"


def _message(opened: Entry, state: IncidentState, organization: OrganizationCode) -> EffectId:
    occasion = _occasion(opened, state, organization)
    return effect_id(_chat(state, organization), state.key, "message.post", occasion)


def _chat(state: IncidentState, organization: OrganizationCode) -> ConnectionId:
    return chat_of(state, organization) or connection_id(organization, "chat")
