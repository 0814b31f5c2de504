"""What is said in one room of a joint room, carried to the others: each message once, under the entry that it tells.

Never to where it was said, so that nothing goes round; what Muster posted is no person's words and comes back as
nothing. Whether it may go to a connection is judged at the door, from the entry.
"""

from collections.abc import Iterator
from datetime import datetime

from playbooks.actions.asking import ON_DUTY, ask, guest_seats, invite_to_room, told
from playbooks.actions.effect import EffectRequest, effect_id
from playbooks.actions.rooms import JOINT, REF, joint_room, reference_to, room_name, room_occasion
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EffectId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom, Seat
from playbooks.domain.kinds import Kind


def joint_of(occasion: str) -> str:
    """The joint room whose room was opened on this occasion; empty for an organization's own room."""
    name = occasion.partition(".")[2]
    return name.removeprefix(JOINT) if name.startswith(JOINT) else ""


def seats_opened(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """The rooms that there are because of this entry: opened, filled, and told what they are."""
    return tuple(
        request
        for joint in state.joint.values()
        for seat in joint.seats
        if seat.since == entry.at
        for request in _opened(entry, state, joint, seat)
    )


def _opened(entry: Entry, state: IncidentState, joint: JointRoom, seat: Seat) -> Iterator[EffectRequest]:
    connection, name = seat.room.connection, joint_room(joint)
    room = reference_to(state, seat.room, name)
    occasion, called = room_occasion(seat.room, name), room_name(state, seat.room, joint.name)
    yield ask(entry, state, connection, "room.open", occasion, name=called, topic=state.marking.value)
    keepers = state.holders(seat.organization)
    called_in = {"people": (ON_DUTY, *keepers, *_guests(state, joint, seat)), "keepers": keepers}
    yield ask(entry, state, connection, "room.invite", f"{entry.id}.{joint.name}", room=room, **called_in)
    intro = ask(entry, state, connection, "message.post", _first(joint, seat), room=room)
    yield intro.model_copy(update={"text": Kind.JOINT_OPEN, "entries": (joint.opened_by,)})


def rooms_kept(
    entry: Entry, state: IncidentState, organization: OrganizationCode, *people: str
) -> Iterator[EffectRequest]:
    """A party's own room, and its seats in joint ones, are kept by whoever holds a role now; these are brought in."""
    if not state.takes_part(organization):
        return
    yield from invite_to_room(entry, state, organization, *people)
    keepers = state.holders(organization)
    for joint in () if state.rested_by else state.joint.values():
        for seat in (each for each in joint.seats if each.organization == organization):
            args = {"room": _room(state, joint, seat), "people": people, "keepers": keepers}
            yield ask(entry, state, seat.room.connection, "room.invite", f"{entry.id}.{joint.name}", **args)


def _first(joint: JointRoom, seat: Seat) -> str:
    """What a thread below the first message is found by, on a connection that a room came back to also."""
    again = seat.room.occasion.removeprefix("room")
    return f"{joint.opened_by}{again}"


def _guests(state: IncidentState, joint: JointRoom, seat: Seat) -> tuple[str, ...]:
    """Whoever is a guest sits with the lead."""
    with_lead = seat.organization == state.lead
    return tuple(
        each.person for each in state.guests.values() if with_lead and each.vendor in joint.organizations
    )


def guest_comes(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A guest is brought into the rooms of her vendor that are there already, and all are told."""
    return (*_in_each_room(entry, state, "room.invite"), *told(entry, state))


def guest_goes(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A guest is taken out of them, and all are told."""
    return (*_in_each_room(entry, state, "room.remove"), *told(entry, state))


def _in_each_room(entry: Entry, state: IncidentState, action: str) -> Iterator[EffectRequest]:
    for joint, seat in guest_seats(state, OrganizationCode(entry.data["organization"])):
        room, people = _room(state, joint, seat), (entry.data["person"],)
        yield ask(
            entry, state, seat.room.connection, action, f"{entry.id}.{joint.name}", room=room, people=people
        )


def carried(entry: Entry, state: IncidentState) -> tuple[EffectRequest, ...]:
    """A message, or the change of one, in every room but the one where it was said; in none that is archived."""
    joint = None if state.rested_by else state.joint.get(str(entry.data["joint"]))
    here = entry.data["connection"] if entry.data["said_in"].get("message") else ""
    seats = (seat for seat in joint.seats if seat.room.connection != here) if joint else ()
    how = _altered if entry.kind in (Kind.WORDS_CHANGE, Kind.WORDS_WITHDRAW) else _posted
    return tuple(
        request
        for seat in seats
        if (request := how(entry, state, seat, _room(state, joint, seat))) is not None
    )


def _room(state: IncidentState, joint: JointRoom | None, seat: Seat) -> str:
    return reference_to(state, seat.room, joint_room(joint) if joint else "")


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
