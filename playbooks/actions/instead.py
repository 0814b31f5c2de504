"""What follows from how an effect ended: in place of a page that failed our own pager calls, a room is told."""

from collections.abc import Callable
from typing import Final

from playbooks.actions.asking import MAIL, ON_DUTY, ROTA
from playbooks.actions.by_route import SEND_EACH
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.giving import GIVE
from playbooks.actions.rooms import chat_of, room_of
from playbooks.domain.connection import belongs_to
from playbooks.domain.entry import entry_id
from playbooks.domain.ids import ConnectionId, EntryId
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind

TOLD_ELSEWHERE: Final = frozenset({"reference_missing", "no_transition", "unknown_ticket", "not_connected"})
"""Follows from what failed before, is told by the reconciler, or is so by the organization's own choice."""

Follow = Callable[[EffectRequest, EffectOutcome, IncidentState | None], tuple[EffectRequest, ...]]


def instead(
    request: EffectRequest, outcome: EffectOutcome, state: IncidentState | None = None
) -> tuple[EffectRequest, ...]:
    """What follows from an outcome that was not wanted, or is waited for; nothing for most effects.

    `state` says where an organization's room is now; who does not know it tells no room.
    """
    if request.action == GIVE:
        return _reported(request, outcome, state)
    follow = None if outcome.state is OutcomeState.DONE else _INSTEAD.get(request.action)
    return () if follow is None else follow(request, outcome, state)


def conclusion_id(request: EffectRequest, outcome: EffectOutcome) -> EntryId:
    """The entry of the record that says how an effect ended."""
    return entry_id(f"{request.effect_id}:conclude:{outcome.state}")


def _called(
    request: EffectRequest, _outcome: EffectOutcome, _state: IncidentState | None
) -> tuple[EffectRequest, ...]:
    """For a page that failed, that nobody can tell of, or that its pager may not carry: Muster's own pager takes it.

    That calls level after level until somebody is at it; where it took none either, a mail goes to those on duty.
    Both carry what a page does: which incident, and to come; of a question, the mail lets each answer it.
    """
    if request.connection != (own := _beside(request, ROTA)):
        return (_moved(request, own, "page.trigger"),)
    action = SEND_EACH if request.consultation else "mail.send"
    mail = _moved(request, _beside(request, MAIL), action)
    return (mail.model_copy(update={"args": {"to": (ON_DUTY,)}, "text": "page.instead", "entries": ()}),)


def _written(
    request: EffectRequest, _outcome: EffectOutcome, _state: IncidentState | None
) -> tuple[EffectRequest, ...]:
    """Whoever was to be handed a page that her pager does not hand her gets a mail with no more than a page says."""
    mail = _moved(request, _beside(request, MAIL), "mail.send")
    to = {"to": request.args["people"]}
    return (mail.model_copy(update={"args": to, "text": "page.called", "entries": ()}),)


def _moved(request: EffectRequest, connection: ConnectionId, action: str) -> EffectRequest:
    occasion = request.effect_id.rpartition("/")[2]
    moved = effect_id(connection, request.incident, action, occasion)
    return request.model_copy(update={"effect_id": moved, "action": action, "connection": connection})


def _told(
    request: EffectRequest, outcome: EffectOutcome, state: IncidentState | None
) -> tuple[EffectRequest, ...]:
    """The room of the organization whose account it is reads what did not happen, why, and how to mend it."""
    if outcome.state is not OutcomeState.FAILED or outcome.detail in TOLD_ELSEWHERE:
        return ()
    return _reported(request, outcome, state)


def _reported(
    request: EffectRequest, outcome: EffectOutcome, state: IncidentState | None
) -> tuple[EffectRequest, ...]:
    """What came of it is read in the room of the organization whose account it is: a person asked for it and waits."""
    if state is None:
        return ()
    own = next((code for code in state.parties if belongs_to(request.connection, code)), None)
    chat = chat_of(state, own) if own else None
    if own is None or chat is None:
        return ()
    told = conclusion_id(request, outcome)
    posted = {
        "effect_id": effect_id(chat, request.incident, "message.post", told),
        "action": "message.post",
        "connection": chat,
        "args": {"room": room_of(state, own)},
        "text": Kind.EFFECT_CONCLUDE.value,
        "entries": (told,),
    }
    return (request.model_copy(update=posted),)


def _beside(request: EffectRequest, account: str) -> ConnectionId:
    return ConnectionId(f"{request.connection.partition('/')[0]}/{account}")


_INSTEAD: Final[dict[str, Follow]] = {
    "page.trigger": _called,
    **dict.fromkeys(("page.reassign", "page.respond"), _written),
    **dict.fromkeys(("ticket.create", "ticket.update", "ticket.comment", "ticket.attach"), _told),
}
