"""How an incident stands after the room of an organization was moved."""

from typing import Any

from playbooks.domain.entry import Entry
from playbooks.domain.folding import joint
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.rooms import WEB, Because, Room


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
