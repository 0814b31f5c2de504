"""What becomes of an incident's rooms when nothing of it is left to do, and when something goes on after that."""

from collections.abc import Iterator

from playbooks.actions.asking import ON_DUTY, ask, invite_to_room, opened
from playbooks.actions.effect import EffectRequest
from playbooks.actions.joint import seats_opened
from playbooks.actions.moving import briefed
from playbooks.actions.rooms import joint_room, reference_to, room_occasion
from playbooks.domain.entry import Entry
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.rooms import Room


def archived(entry: Entry, state: IncidentState) -> Iterator[EffectRequest]:
    """Every room that the incident opened, but for those on chat systems that are not trusted any more."""
    for room, name in dict.fromkeys(_rooms(state)):
        if room.connection and room.connection not in state.distrusted:
            occasion = f"{entry.id}.{room_occasion(room, name)}"
            reference = reference_to(state, room, name)
            yield ask(entry, state, room.connection, "room.archive", occasion, room=reference)


def _rooms(state: IncidentState) -> Iterator[tuple[Room, str]]:
    for code in state.parties:
        yield state.room(code), ""
    for connection, occasion in state.rooms_left.items():
        if occasion:
            yield Room(connection=connection, occasion=occasion), ""
    for named in state.rooms_named:
        yield named.room, named.name
    for joint in state.joint.values():
        for seat in joint.seats:
            yield seat.room, joint_room(joint)


def rooms_anew(entry: Entry, state: IncidentState) -> Iterator[EffectRequest]:
    """A room for each that still takes part, with how things stand, who is on duty and who holds a role."""
    for code, standing in state.parties.items():
        if standing is not Standing.LEFT:
            yield from opened(entry, state, code)
            yield from invite_to_room(entry, state, code, ON_DUTY, *state.holders(code))
            yield from briefed(entry, state, code)
    yield from seats_opened(entry, state)
