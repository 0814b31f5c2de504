"""What is said in one room of a joint room, carried to the others: each message once, under the entry that it tells.

Never to where it was said, so that nothing goes round; what Muster posted is no person's words and comes back as
nothing. Whether it may go to a connection is judged at the door, from the entry.
"""

from collections.abc import Iterator
from datetime import datetime

from playbooks.actions.asking import ON_DUTY, ask
from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.rooms import REF, reference_to, room_name, room_occasion
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EffectId
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom, Seat
from playbooks.domain.kinds import Kind

_JOINT = "joint-"


def joint_of(occasion: str) -> str:
    """The joint room whose room was opened on this occasion; empty for an organization's own room."""
    name = occasion.partition(".")[2]
    return name.removeprefix(_JOINT) if name.startswith(_JOINT) else ""


def seats_opened(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The rooms that there are because of this entry: opened, told what they are, and filled."""
    return tuple(
        request
        for joint in state.joint.values()
        for seat in joint.seats
        if seat.since == entry.at
        for request in _opened(entry, state, joint, seat)
    )


def _opened(entry: Entry, state: IncidentState, joint: JointRoom, seat: Seat) -> Iterator[EffectRequest]:
    connection, name = seat.room.connection, f"{_JOINT}{joint.name}"
    room = reference_to(state, seat.room, name)
    occasion, called = room_occasion(seat.room, name), room_name(state, seat.room, joint.name)
    yield ask(entry, state, connection, "room.open", occasion, name=called, topic=state.marking.value)
    intro = ask(entry, state, connection, "message.post", _first(joint, seat), room=room)
    yield intro.model_copy(update={"text": Kind.JOINT_OPEN, "entries": (joint.opened_by,)})
    people = (ON_DUTY, *_holders(state, seat))
    yield ask(entry, state, connection, "room.invite", f"{entry.id}.{joint.name}", room=room, people=people)


def _first(joint: JointRoom, seat: Seat) -> str:
    """What a thread below the first message is found by, on a connection that a room came back to also."""
    again = seat.room.occasion.removeprefix("room")
    return f"{joint.opened_by}{again}"


def _holders(state: IncidentState, seat: Seat) -> tuple[str, ...]:
    held = state.role_organizations.items()
    return tuple(dict.fromkeys(state.roles[role] for role, code in held if code == seat.organization))


def carried(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A message, or the change of one, in every room but the one where it was said."""
    joint = state.joint.get(str(entry.data["joint"]))
    here = entry.data["connection"] if entry.data["said_in"].get("message") else ""
    seats = (seat for seat in joint.seats if seat.room.connection != here) if joint else ()
    how = _altered if entry.kind in (Kind.WORDS_CHANGE, Kind.WORDS_WITHDRAW) else _posted
    return tuple(
        request
        for seat in seats
        if (request := how(entry, state, seat, _room(state, joint, seat))) is not None
    )


def _room(state: IncidentState, joint: JointRoom | None, seat: Seat) -> str:
    return reference_to(state, seat.room, f"{_JOINT}{joint.name}" if joint else "")


def _posted(entry: Entry, state: IncidentState, seat: Seat, room: str) -> EffectRequest:
    thread = _thread(entry, state, seat)
    below = {"thread": thread} if thread else {}
    return ask(entry, state, seat.room.connection, "message.post", entry.id, room=room, **below)


def _thread(entry: Entry, state: IncidentState, seat: Seat) -> str:
    """What it is below there: the message itself where that was said, else what was carried of it."""
    data, below = entry.data, entry.data["said_in"].get("below") or {}
    if below.get("connection") == seat.room.connection and below.get("message"):
        return str(below["message"])
    return _copy(entry, state, seat) if data.get("about") and _was_there(entry, seat) else ""


def _was_there(entry: Entry, seat: Seat) -> bool:
    return datetime.fromisoformat(entry.data["about_at"]) >= seat.since


def _copy(entry: Entry, state: IncidentState, seat: Seat) -> str:
    return REF + _copied(state, seat, entry.data["about"])


def _copied(state: IncidentState, seat: Seat, about: str) -> EffectId:
    return effect_id(seat.room.connection, state.key, "message.post", about)


def _altered(entry: Entry, state: IncidentState, seat: Seat, room: str) -> EffectRequest | None:
    """What was not carried there, because the room was not there yet, cannot be changed there."""
    if not _was_there(entry, seat):
        return None
    message = _copy(entry, state, seat)
    return ask(entry, state, seat.room.connection, "message.update", entry.id, room=room, message=message)
