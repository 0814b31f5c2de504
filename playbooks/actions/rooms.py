"""Where an organization's people talk about an incident, as the requests of effects name it."""

from collections.abc import Iterator

from playbooks.actions.effect import effect_id
from playbooks.domain.case import Case, Effect
from playbooks.domain.connection import belongs_to, connection_id
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom
from playbooks.domain.rooms import CHAT, Room

REF = "ref:"
"""An argument that begins so is the vendor's reference that the effect named after it brought back."""


def chat_of(state: IncidentState, organization: OrganizationCode) -> ConnectionId | None:
    """The connection that its room is on; None where Muster's own room serves it, and once its room is archived."""
    return None if state.rested_by else state.room(organization).connection or None


WISHED = "wished:"
"""The same where it would be good to have; nothing stands there when that effect came to nothing."""


def room_of(state: IncidentState, organization: OrganizationCode, name: str = "") -> str:
    """The argument that stands for an organization's room of this incident, or for the one that a playbook named."""
    return reference_to(state, state.room(organization), name)


def reference_to(state: IncidentState, seat: Room, name: str = "") -> str:
    """The same of a room that the organization may have left."""
    return REF + effect_id(seat.connection, state.key, "room.open", room_occasion(seat, name))


def room_occasion(seat: Room, name: str = "") -> str:
    """What tells the rooms of an incident apart: one of a name is opened once, whoever asks for it."""
    return f"{seat.occasion}.{name}" if name else seat.occasion


JOINT = "joint-"


def joint_room(joint: JointRoom) -> str:
    """What tells the room of a joint room from an organization's own."""
    return f"{JOINT}{joint.name}"


def room_name(state: IncidentState, seat: Room, name: str = "") -> str:
    """How people find it: by the incident's key, which of its rooms it is, and the name that a playbook gave."""
    return f"{state.key.lower()}{seat.occasion.removeprefix('room')}" + (f"-{name}" if name else "")


def posted(case: Case, organization: OrganizationCode, entry: str) -> Iterator[Effect]:
    """The messages that told an organization of an entry, in whichever of its rooms."""
    state = case.state
    rooms = (connection_id(organization, CHAT), state.room(organization).connection, *state.rooms_left)
    for chat in dict.fromkeys(rooms):
        message = case.effects.get(effect_id(chat, state.key, "message.post", entry))
        if message is not None and belongs_to(chat, organization):
            yield message
