"""How an incident stands after a room of an organization was opened beside its own, or its own was moved."""

from collections.abc import Mapping
from typing import Any

from playbooks.domain.entry import Entry
from playbooks.domain.folding import joint
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.rooms import WEB, Because, NamedRoom, Room


def room_opened(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """What changes: a playbook's room is one of those that end with the incident; asked for twice, it is one room."""
    return {"rooms_named": tuple(dict.fromkeys((*state.rooms_named, named_room(entry.data))))}


def named_room(data: Mapping[str, Any]) -> NamedRoom:
    """The room that a playbook opened, or asks for."""
    room = Room(connection=ConnectionId(data["connection"]), occasion=data["room"])
    return NamedRoom(room=room, name=data["name"])


def room_moved(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """What changes: where the room is, what may be come back to, and what is not trusted any more, or is again."""
    data = entry.data
    organization = OrganizationCode(data["organization"])
    to = ConnectionId("" if data["moved_to"] == WEB else data["moved_to"])
    left = {connection: room for connection, room in state.rooms_left.items() if connection != to}
    trusted_not = tuple(connection for connection in state.distrusted if connection != to)
    was = ConnectionId(data["connection"])
    if was != WEB:
        hostile = data["because"] == Because.COMPROMISED
        left[was] = "" if hostile else data["was_room"]
        trusted_not = (*trusted_not, was) if hostile else trusted_not
    room = Room(connection=to, occasion=data["room"])
    return {
        "rooms": {**state.rooms, organization: room},
        "joint": joint.moved(state, entry, room),
        "rooms_left": left,
        "distrusted": trusted_not,
        "moves": state.moves + 1,
    }
