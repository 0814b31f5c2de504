"""Moving an organization's room out of band: each its own, since its chat system is its own (document 004, §4)."""

from playbooks.domain.command import Command
from playbooks.domain.connection import belongs_to
from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.ids import ConnectionId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.rooms import WEB, Because
from playbooks.domain.saying import says


def _move(state: IncidentState, command: Command, drafting: Drafting) -> None:
    args, organization = command.args, command.actor.organization
    to = ConnectionId("" if args["connection"] == WEB else str(args["connection"]))
    if to and not belongs_to(to, organization):
        raise Malformed(says("malformed_command.moving", to=to, organization=organization))
    now = state.room(organization)
    if now.connection == to:
        raise Conflict(says("there_already", organization=organization))
    drafting.draft(
        Kind.ROOM_MOVE,
        f"part/{organization}",
        organization=organization,
        connection=now.connection or WEB,
        moved_to=to or WEB,
        because=_because(state, command, to, leaving=now.connection).value,
        was_room=now.occasion,
        room=_occasion(state, to),
        named=list(listed(args.get("people", ()))),
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


MOVING: dict[str, Judge] = {"move": _move}
