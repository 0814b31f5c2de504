"""The rooms of an incident end with everything about it; when something goes on after that, there are new ones.

What was archived stays archived: Slack lets no app open a channel again (docs/decisions/chat-archived-at-rest.md).
"""

from typing import Any

from playbooks.domain.entry import Entry
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom
from playbooks.domain.rooms import Room


def settled(state: IncidentState, entry: Entry) -> IncidentState:
    """The incident after an entry that changed it, at rest if that was the last of it."""
    if state.is_at_rest == bool(state.rested_by):
        return state
    change = {"rested_by": entry.id} if state.is_at_rest else _roused(state, entry)
    return state.model_copy(update=change)


def _roused(state: IncidentState, entry: Entry) -> dict[str, Any]:
    occasion = f"room-{state.moves + 1}"
    rooms = {code: _anew(state.room(code), occasion) for code in state.parties}
    return {
        "rested_by": "",
        "roused_by": entry.id,
        "rooms": {**state.rooms, **rooms},
        "joint": {name: _seated_anew(room, occasion, entry) for name, room in state.joint.items()},
        "rooms_named": (),
        "rooms_left": dict.fromkeys(state.rooms_left, ""),
        "moves": state.moves + 1,
    }


def _anew(room: Room, occasion: str) -> Room:
    return room.model_copy(update={"occasion": occasion})


def _seated_anew(joint: JointRoom, occasion: str, entry: Entry) -> JointRoom:
    seats = (
        seat.model_copy(update={"room": _anew(seat.room, occasion), "since": entry.at})
        for seat in joint.seats
    )
    return joint.model_copy(update={"seats": tuple(seats)})
