"""An organization's rooms: a further one that a playbook names, and moving its own out of band.

Each moves its own, since its chat system is its own (document 004, §4).
"""

from playbooks.domain.command import Command
from playbooks.domain.connection import belongs_to
from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.folding.rooms import named_room
from playbooks.domain.ids import ConnectionId, OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_party
from playbooks.domain.rooms import WEB, Because
from playbooks.domain.saying import says


def _move(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args, organization = command.args, command.actor.organization
    to = ConnectionId("" if args["connection"] == WEB else str(args["connection"]))
    if to and not belongs_to(to, organization):
        raise Malformed(says("malformed_command.moving", to=to, organization=organization))
    now = state.room(organization)
    leaving, room = now, _occasion(state, to)
    if now.connection == to:
        left = state.left_in_good_faith(organization)
        if not left or args.get("because") != Because.COMPROMISED:
            raise Conflict(says("there_already", organization=organization))
        leaving, room = left[-1], now.occasion  # what was left as down turns out to be hostile
    drafting.draft(
        Kind.ROOM_MOVE,
        f"part/{organization}",
        organization=organization,
        connection=leaving.connection or WEB,
        moved_to=to or WEB,
        because=_because(state, command, to, leaving=leaving.connection).value,
        was_room=leaving.occasion,
        room=room,
        named=list(listed(args.get("people", ()))),
    )


def _open(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """A room that a playbook's step names, on the system where the step saw the organization.

    Of two steps that ask at once each has its entry; the effect that both lead to is one.
    """
    args, organization = command.args, OrganizationCode(str(command.args["organization"]))
    check_party(organization, state)
    named = named_room({name: str(args[name]) for name in ("connection", "room", "name")})
    if named.name in state.joint:
        raise Conflict(says("joint_there", incident=state.key, name=named.name))
    if not belongs_to(named.room.connection, organization):
        raise Malformed(says("malformed_command.moving", to=named.room.connection, organization=organization))
    drafting.draft(
        Kind.ROOM_OPEN,
        f"part/{organization}",
        organization=organization,
        connection=named.room.connection,
        room=named.room.occasion,
        name=named.name,
    )


def _because(state: IncidentState, command: Command, to: ConnectionId, *, leaving: ConnectionId) -> Because:
    """Unless it is said: back to where it was, or away from what is not to be trusted, which is the safe reading."""
    said = command.args.get("because")
    if said:
        return Because(said)
    return Because.BACK if to in state.rooms_left or not leaving else Because.COMPROMISED


def _occasion(state: IncidentState, to: ConnectionId) -> str:
    """A room that somebody hostile may be in is not used again: there is a new one beside it."""
    return state.rooms_left.get(to, "room") or f"room-{state.moves + 1}"


MOVING: dict[str, Judge] = {"move": _move, "room.open": _open}
