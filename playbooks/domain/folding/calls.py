"""How calls on a vendor on retainer change: made, met, hours logged and confirmed, closed."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from playbooks.domain.circle.cost import evolve_costs
from playbooks.domain.circle.retainer import Call, Carried, Clock, Logged
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind


def _called(state: IncidentState, entry: Entry) -> dict[str, Any]:
    call = Call.model_validate({**entry.data, "id": entry.data["call"], "called_at": entry.at})
    return {"calls": {**state.calls, call.id: call}}


def _call(
    change: Callable[[Call, Entry], dict[str, Any]],
) -> Callable[[IncidentState, Entry], dict[str, Any]]:
    """A change of one call; of one that the reader was not told of nothing is known."""

    def changed(state: IncidentState, entry: Entry) -> dict[str, Any]:
        call = state.calls.get(entry.data["call"])
        if call is None:
            return {}
        return {"calls": {**state.calls, call.id: call.model_copy(update=change(call, entry))}}

    return changed


def _logged(call: Call, entry: Entry) -> dict[str, Any]:
    data = entry.data
    hours = Logged(
        id=data["hours_id"],
        organization=OrganizationCode(data["organization"]),
        hours=Decimal(data["hours"]),
        by=entry.actor.id,
        entries=(entry.id,),
    )
    return {"logged": {**call.logged, hours.id: hours}}


def _confirmed(call: Call, entry: Entry) -> dict[str, Any]:
    logged = call.logged.get(entry.data["hours_id"])
    if logged is None:
        return {}
    change = {"confirmed": True, "entries": (*logged.entries, entry.id)}
    return {"logged": {**call.logged, logged.id: logged.model_copy(update=change)}}


def _met(call: Call, entry: Entry) -> dict[str, Any]:
    return {"met": {**call.met, Clock(entry.data["clock"]): datetime.fromisoformat(entry.data["met_at"])}}


def _carried(call: Call, entry: Entry) -> dict[str, Any]:
    code = OrganizationCode(entry.data["organization"])
    earlier = call.fund[code].entries if code in call.fund else ()
    carried = Carried(amount=Decimal(entry.data["fund"]), entries=(*earlier, entry.id))
    return {"fund": {**call.fund, code: carried}}


def funded(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """What the trust fund carries is of a cost that was written down, or of a call by its id."""
    call = state.calls.get(entry.data["cost"])
    if call is None:
        return {"costs": evolve_costs(state.costs, entry)}
    return {"calls": {**state.calls, call.id: call.model_copy(update=_carried(call, entry))}}


CALLS: dict[str, Callable[[IncidentState, Entry], dict[str, Any]]] = {
    Kind.RETAINER_CALL: _called,
    Kind.RETAINER_MEET: _call(_met),
    Kind.RETAINER_CLOSE: _call(lambda _call, entry: {"closed_at": entry.at}),
    Kind.HOURS_LOG: _call(_logged),
    Kind.HOURS_CONFIRM: _call(_confirmed),
}
