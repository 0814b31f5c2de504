"""What is done instead of an effect that did not come about: our own pager calls, a room is told."""

from collections.abc import Callable
from typing import Final

from playbooks.actions.asking import MAIL, ON_DUTY, ROTA
from playbooks.actions.effect import EffectOutcome, EffectRequest, OutcomeState, effect_id
from playbooks.actions.rooms import REF, room_occasion
from playbooks.domain.entry import entry_id
from playbooks.domain.ids import ConnectionId, EntryId
from playbooks.domain.kinds import Kind
from playbooks.domain.rooms import CHAT, Room

TOLD_ELSEWHERE: Final = frozenset({"reference_missing", "no_transition", "unknown_ticket", "not_connected"})
"""Follows from what failed before, is told by the reconciler, or is so by the organization's own choice."""


def instead(request: EffectRequest, outcome: EffectOutcome) -> tuple[EffectRequest, ...]:
    """What follows from an outcome that was not wanted; nothing for most effects."""
    follow = None if outcome.state is OutcomeState.DONE else _INSTEAD.get(request.action)
    return () if follow is None else follow(request, outcome)


def conclusion_id(request: EffectRequest, outcome: EffectOutcome) -> EntryId:
    """The entry of the record that says how an effect ended."""
    return entry_id(f"{request.effect_id}:conclude:{outcome.state}")


def _called(request: EffectRequest, _outcome: EffectOutcome) -> tuple[EffectRequest, ...]:
    """For a page that failed, that nobody can tell of, or that its pager may not carry: Muster's own pager takes it.

    That calls level after level until somebody is at it; where it took none either, a mail goes to those on duty.
    Both carry what a page does: which incident, and to come.
    """
    if request.connection != (own := _beside(request, ROTA)):
        return (_moved(request, own, "page.trigger"),)
    mail = _moved(request, _beside(request, MAIL), "mail.send")
    return (mail.model_copy(update={"args": {"to": (ON_DUTY,)}, "text": "page.instead", "entries": ()}),)


def _moved(request: EffectRequest, connection: ConnectionId, action: str) -> EffectRequest:
    occasion = request.effect_id.rpartition("/")[2]
    moved = effect_id(connection, request.incident, action, occasion)
    return request.model_copy(update={"effect_id": moved, "action": action, "connection": connection})


def _told(request: EffectRequest, outcome: EffectOutcome) -> tuple[EffectRequest, ...]:
    """The room of the organization whose account it is reads what did not happen, why, and how to mend it."""
    if outcome.state is not OutcomeState.FAILED or outcome.detail in TOLD_ELSEWHERE:
        return ()
    chat, told = _beside(request, CHAT), conclusion_id(request, outcome)
    posted = {
        "effect_id": effect_id(chat, request.incident, "message.post", told),
        "action": "message.post",
        "connection": chat,
        "args": {"room": REF + effect_id(chat, request.incident, "room.open", room_occasion(Room()))},
        "text": Kind.EFFECT_CONCLUDE.value,
        "entries": (told,),
    }
    return (request.model_copy(update=posted),)


def _beside(request: EffectRequest, account: str) -> ConnectionId:
    return ConnectionId(f"{request.connection.partition('/')[0]}/{account}")


_INSTEAD: Final[dict[str, Callable[[EffectRequest, EffectOutcome], tuple[EffectRequest, ...]]]] = {
    "page.trigger": _called,
    **dict.fromkeys(("ticket.create", "ticket.update", "ticket.comment"), _told),
}
