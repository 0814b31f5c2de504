"""How the joint rooms of an incident stand after an entry: opened, joined, left, moved with an organization's room."""

from collections.abc import Callable

from playbooks.domain.connection import belongs_to
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.joint import JointRoom
from playbooks.domain.rooms import Room

Joint = dict[str, JointRoom]


def opened(state: IncidentState, entry: Entry) -> Joint:
    """With a seat for each organization where its own room is, and on the further connections that were named."""
    data = entry.data
    joint = JointRoom(
        name=data["name"],
        opened_by=entry.id,
        organizations=tuple(map(OrganizationCode, data.get("asked", ()))),
        unattributed=bool(data.get("unattributed")),
    )
    for organization in filter(joint.is_for, state.active_parties):
        joint = joint.seated(organization, state.room(organization), entry.at)
        for connection in map(ConnectionId, data.get("also", ())):
            if belongs_to(connection, organization):
                joint = joint.seated(organization, Room(connection=connection), entry.at)
    return {**state.joint, joint.name: joint}


def joined(state: IncidentState, entry: Entry) -> Joint:
    """Whoever joins the incident sits in what is open to every party, or was named for it."""
    organization = OrganizationCode(entry.data["organization"])
    return _each(
        state,
        lambda joint: (
            joint.seated(organization, state.room(organization), entry.at)
            if joint.is_for(organization)
            else joint
        ),
    )


def left(state: IncidentState, entry: Entry) -> Joint:
    """Whoever leaves the incident hears nothing more."""
    return _each(state, lambda joint: joint.without(OrganizationCode(entry.data["organization"])))


def moved(state: IncidentState, entry: Entry, to: Room) -> Joint:
    """The seats of an organization go where its room goes."""
    organization, was = OrganizationCode(entry.data["organization"]), ConnectionId(entry.data["connection"])
    return _each(
        state,
        lambda joint: (
            joint.without(organization, was).seated(organization, to, entry.at)
            if joint.is_for(organization)
            else joint
        ),
    )


def _each(state: IncidentState, change: Callable[[JointRoom], JointRoom]) -> Joint:
    return {name: change(joint) for name, joint in state.joint.items()}
