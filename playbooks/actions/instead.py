"""What is done instead of an effect that did not come about: whoever cannot be paged is written to, a room is told."""

from collections.abc import Callable
from typing import Final

from playbooks.actions.asking import MAIL, ON_DUTY
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


def _mailed(request: EffectRequest, _outcome: EffectOutcome) -> tuple[EffectRequest, ...]:
    """A mail to those on duty for a page that failed, that nobody can tell of, or that its pager may not carry.

    It carries what a page does: which incident, and to come.
    """
    mail = _beside(request, MAIL)
    occasion = request.effect_id.rpartition("/")[2]
    written = {
        "effect_id": effect_id(mail, request.incident, "mail.send", occasion),
        "action": "mail.send",
        "connection": mail,
        "args": {"to": (ON_DUTY,)},
        "text": "page.instead",
        "entries": (),
    }
    return (request.model_copy(update=written),)


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
    "page.trigger": _mailed,
    **dict.fromkeys(("ticket.create", "ticket.update", "ticket.comment"), _told),
}
