"""Which call on the retainer a command is about."""

from playbooks.domain.awaiting import Awaited
from playbooks.domain.circle.retainer import Call
from playbooks.domain.command import Command
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.saying import says


def the_call(state: IncidentState, command: Command) -> Call:
    """The call that is meant: said, or the only one that is open; a guest's is her own. Raises NotFound."""
    said = command.args.get("call")
    guest = state.guests.get(PersonId(command.actor.id))
    calls = [call for call in state.calls.values() if guest is None or call.id == guest.call]
    found = [call for call in calls if call.id == said or (said is None and call.is_open)]
    if len(found) != 1 or not found[0].is_open:
        raise NotFound(says("no_call", incident=state.key))
    return found[0]


def hours_asked_for(state: IncidentState, call: Call) -> dict[str, Awaited]:
    """Hours of a call beyond what is left, by the open question whether they may be written down."""
    return {
        id: held
        for id, held in state.awaited.items()
        if held.verb == "retainer.hours"
        and held.args.get("call", call.id) == call.id
        and state.consultations.get(id) == "open"
    }
