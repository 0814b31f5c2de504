"""Erasing personal data: asked by one, approved by another, never under a legal hold."""

from playbooks.domain.command import Command
from playbooks.domain.erasure import SLOTS_OF, Erasable, ErasureRequest
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says

_HOLD = "ISO/IEC 27050-1, legal hold"
_FOUR_EYES = "ISO/IEC 27002:2022, 5.3"


def _hold(state: IncidentState, _command: Command, drafting: Drafting) -> None:
    if state.held:
        raise Conflict(says("held_already", incident=state.key))
    drafting.draft(Kind.HOLD_PLACE, "incident")


def _lift(state: IncidentState, _command: Command, drafting: Drafting) -> None:
    if not state.held:
        raise Conflict(says("not_held", incident=state.key))
    drafting.draft(Kind.HOLD_LIFT, "incident")


def _erase(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _check_hold(state)
    args, what = command.args, Erasable(command.args["what"])
    number = int(args["number"])
    if not args.get("has_it", True):
        raise Malformed(
            says("nothing_to_erase", number=number, what=what),
        )
    if any((r.number, r.what) == (number, what) for r in state.erasures.values() if not r.settled):
        raise Conflict(says("erasure_asked_already", what=what, number=number))
    drafting.draft(
        Kind.ERASURE_REQUEST,
        "incident",
        erasure=f"X-{len(state.erasures) + 1}",
        entry=str(args["entry"]),
        number=number,
        what=what.value,
        copies=list(listed(args.get("copies", ()))) or None,
        asked_by=command.actor.id,
    )


def _approve(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _check_hold(state)
    erasure, request = _open(state, command)
    if request.asked_by == command.actor.id:
        raise Refused(
            says("second_person.erasing", erasure=erasure),
            source=_FOUR_EYES,
        )
    drafting.draft(
        Kind.ERASURE_APPROVE,
        "incident",
        erasure=erasure,
        entry=request.entry,
        number=request.number,
        what=request.what.value,
        copies=list(request.copies) or None,
        slots=list(SLOTS_OF[request.what]),
        asked_by=request.asked_by,
    )


def _reject(state: IncidentState, command: Command, drafting: Drafting) -> None:
    erasure, request = _open(state, command)
    drafting.draft(Kind.ERASURE_REJECT, "incident", erasure=erasure, number=request.number)


def _open(state: IncidentState, command: Command) -> tuple[str, ErasureRequest]:
    erasure = str(command.args["erasure"])
    request = state.erasures.get(erasure)
    if request is None or request.settled:
        raise NotFound(says("no_erasure.erasing", erasure=erasure, incident=state.key))
    return erasure, request


def _check_hold(state: IncidentState) -> None:
    if state.held:
        raise Refused(
            says("legal_hold", incident=state.key),
            source=_HOLD,
        )


ERASING: dict[str, Judge] = {
    "hold": _hold,
    "hold.lift": _lift,
    "erase": _erase,
    "erase.approve": _approve,
    "erase.reject": _reject,
}
"""The commands about erasing; a closed incident takes them too."""
