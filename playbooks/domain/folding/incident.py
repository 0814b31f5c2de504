"""How each kind of entry changes the incident itself."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from playbooks.domain.awaiting import held_by
from playbooks.domain.circle.authorities import AUTHORITY_KINDS, evolve_authorities
from playbooks.domain.circle.cost import COST_KINDS, evolve_costs
from playbooks.domain.circle.guest import Guest, without
from playbooks.domain.circle.hybrid import NETWORK_KINDS, evolve_network
from playbooks.domain.circle.mandate import MANDATE_KINDS, evolve_mandates
from playbooks.domain.circle.matching import MATCH_KINDS, asked, evolve_matches
from playbooks.domain.circle.matters import Matter
from playbooks.domain.circle.service import SERVICE_KINDS, evolve_services
from playbooks.domain.duties import DUTY_KINDS, evolve_duties
from playbooks.domain.entry import Entry
from playbooks.domain.erasure import ErasureRequest
from playbooks.domain.folding import joint
from playbooks.domain.folding.calls import CALLS, funded
from playbooks.domain.folding.rest import settled
from playbooks.domain.folding.rooms import room_moved, room_opened
from playbooks.domain.function import Office
from playbooks.domain.ids import EvidenceId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.incident import IncidentState, Phase, Severity, Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.roles import Role


def evolve_incident(state: IncidentState, entry: Entry) -> IncidentState:
    """The incident's own state after one more entry."""
    change = INCIDENT.get(entry.kind)
    if change is None:
        return state
    return settled(state.after(**change(state, entry)), entry)


def _declared(_state: IncidentState, entry: Entry) -> dict[str, Any]:
    data = entry.data
    lead = OrganizationCode(data.get("lead", ""))
    return {
        "lead": lead,
        "incident_class": data["class"],
        "severity": Severity(data["severity"]),
        "marking": Marking(data["marking"]),
        "restricted": data.get("restricted", False),
        "named": tuple(data.get("named", ())),
        "parties": {lead: Standing.LEAD} if lead else {},
        "declared_at": entry.at,
        "title_entry": entry.id,
    }


def _roles(state: IncidentState, entry: Entry) -> dict[str, Any]:
    role = Role(entry.data.get("role", Role.INCIDENT_COMMANDER))
    offices = {held: office for held, office in state.role_offices.items() if held is not role}
    if entry.data.get("office"):
        offices[role] = Office(entry.data["office"])
    return {
        "role_offices": offices,
        "roles": {**state.roles, role: PersonId(entry.data["person"])},
        "role_organizations": {
            **state.role_organizations,
            role: OrganizationCode(entry.data["organization"]),
        },
    }


def _party(standing: Standing) -> Callable[[IncidentState, Entry], dict[str, Any]]:
    def change(state: IncidentState, entry: Entry) -> dict[str, Any]:
        return {"parties": {**state.parties, OrganizationCode(entry.data["organization"]): standing}}

    return change


def _joined(state: IncidentState, entry: Entry) -> dict[str, Any]:
    return {**_party(Standing.JOINED)(state, entry), "joint": joint.joined(state, entry)}


def _left(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """Whoever leaves gives back the roles: nobody commands an incident in which she takes no part."""
    organization = entry.data["organization"]
    kept = {role: code for role, code in state.role_organizations.items() if code != organization}
    return {
        **_party(Standing.LEFT)(state, entry),
        "joint": joint.left(state, entry),
        "mandates": evolve_mandates(state.mandates, entry),
        "roles": {role: person for role, person in state.roles.items() if role in kept},
        "role_organizations": kept,
        "role_offices": {role: office for role, office in state.role_offices.items() if role in kept},
    }


def _invited(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """To who does not know the declaration, the last invitation says who leads, how bad it is and since when."""
    change = _party(Standing.INVITED)(state, entry) if "organization" in entry.data else {}
    return {**change, **_first_told(state, entry)}


def _first_told(state: IncidentState, entry: Entry) -> dict[str, Any]:
    if state.title_entry:
        return {}
    data = entry.data
    return {
        "lead": OrganizationCode(data.get("lead", "")),
        "severity": Severity(data["severity"]),
        "incident_class": data["class"],
        "marking": entry.marking,
        "declared_at": datetime.fromisoformat(data["declared_at"]),
    }


def _admitted(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """A guest knows of the incident what she was told as she came."""
    data = entry.data
    if "person" not in data:
        return _first_told(state, entry)
    guest = Guest(person=data["person"], vendor=data["organization"], call=data["call"], since=entry.at)
    return {"guests": {**state.guests, guest.person: guest}, **_first_told(state, entry)}


def _updated(_state: IncidentState, entry: Entry) -> dict[str, Any]:
    minutes = entry.data.get("every_minutes")
    every = timedelta(minutes=minutes) if minutes else None
    due_at = entry.at + every if every else None
    return {"update_every": every, "update_due_at": due_at, "updates_missed": 0}


def _missed(state: IncidentState, entry: Entry) -> dict[str, Any]:
    due_at = entry.at + state.update_every if state.update_every else None
    return {"update_due_at": due_at, "updates_missed": state.updates_missed + 1}


def _erasure_asked(state: IncidentState, entry: Entry) -> dict[str, Any]:
    return {"erasures": {**state.erasures, entry.data["erasure"]: ErasureRequest.model_validate(entry.data)}}


def _erasure_settled(state: IncidentState, entry: Entry) -> dict[str, Any]:
    request = state.erasures.get(entry.data["erasure"])
    if request is None:
        return {}
    settled = request.model_copy(update={"settled": True})
    return {"erasures": {**state.erasures, entry.data["erasure"]: settled}}


def _asked(state: IncidentState, entry: Entry) -> dict[str, Any]:
    id, held = entry.data["consultation"], held_by(entry)
    change: dict[str, Any] = {"consultations": {**state.consultations, id: "open"}}
    if entry.data.get("match"):
        change["matches"] = asked(state.matches, entry)
    if entry.data.get("origin"):
        change["waited_for"] = {**state.waited_for, entry.data["origin"]: id}
    if held:
        change["awaited"] = {**state.awaited, id: held}
    return change


def _aware(state: IncidentState, entry: Entry) -> dict[str, Any]:
    code = OrganizationCode(entry.data["organization"])
    return {"awareness": {**state.awareness, code: datetime.fromisoformat(entry.data["aware_at"])}}


def _touched(state: IncidentState, entry: Entry) -> dict[str, Any]:
    code = OrganizationCode(entry.data["organization"])
    said = (*state.touched.get(code, ()), *map(Matter, entry.data["matters"]))
    return {"touched": {**state.touched, code: said}}


def _reopened(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """One that went on in another incident, and is worked on again, is reviewed by itself."""
    reviewed = state.review_settled and state.review_due_at is not None
    return {
        "phase": Phase.RESPOND,
        "closed_at": None,
        "reopened_at": entry.at,
        "review_settled": reviewed,
        "merged_into": None,
    }


def _merged(state: IncidentState, entry: Entry) -> dict[str, Any]:
    """The review of what goes on in another incident is the other's."""
    if entry.data["merged"] != state.key:
        return {}
    return {"review_settled": True, "merged_into": IncidentKey(entry.data["into"])}


INCIDENT: dict[str, Callable[[IncidentState, Entry], dict[str, Any]]] = {
    Kind.DECLARE: _declared,
    Kind.SEVERITY_CHANGE: lambda _s, e: {"severity": Severity(e.data["severity"])},
    Kind.PHASE_CHANGE: lambda _s, e: {"phase": Phase(e.data["phase"])},
    Kind.ROLE_ASSIGN: _roles,
    Kind.COMMAND_TRANSFER: _roles,
    Kind.UPDATE_POST: _updated,
    Kind.UPDATE_REMIND: _missed,
    Kind.PARTY_INVITE: _invited,
    Kind.PARTY_JOIN: _joined,
    Kind.JOINT_OPEN: lambda s, e: {"joint": joint.opened(s, e)},
    Kind.PARTY_LEAVE: _left,
    Kind.AWARENESS_DECLARE: _aware,
    Kind.MATTER_TOUCH: _touched,
    Kind.ROOM_OPEN: room_opened,
    Kind.ROOM_MOVE: room_moved,
    **dict.fromkeys(DUTY_KINDS, lambda s, e: {"duties": evolve_duties(s.duties, e)}),
    **dict.fromkeys(MANDATE_KINDS, lambda s, e: {"mandates": evolve_mandates(s.mandates, e)}),
    **dict.fromkeys(SERVICE_KINDS, lambda s, e: {"services": evolve_services(s.services, e)}),
    **dict.fromkeys(AUTHORITY_KINDS, lambda s, e: {"authorities": evolve_authorities(s.authorities, e)}),
    **dict.fromkeys(COST_KINDS, lambda s, e: {"costs": evolve_costs(s.costs, e)}),
    Kind.COST_FUND: funded,
    **dict.fromkeys(MATCH_KINDS, lambda s, e: {"matches": evolve_matches(s.matches, e)}),
    **dict.fromkeys(NETWORK_KINDS, lambda s, e: {"hybrid": evolve_network(s.hybrid, e)}),
    Kind.ALERTS_ATTACH: lambda s, e: {"alerts": s.alerts + int(e.data["count"])},
    Kind.RESTRICT: lambda _s, e: {"restricted": True, "named": tuple(e.data.get("named", ()))},
    Kind.CLOSE: lambda _s, e: {"phase": Phase.CLOSED, "closed_at": e.at, "update_due_at": None},
    Kind.REOPEN: _reopened,
    Kind.REVIEW_OPEN: lambda _s, e: {"review_due_at": datetime.fromisoformat(e.data["due_at"])},
    Kind.REVIEW_SETTLE: lambda _s, _e: {"review_settled": True},
    Kind.REVIEW_RESUME: lambda _s, _e: {"review_settled": False},
    Kind.MERGE: _merged,
    Kind.EVIDENCE_RECEIVE: lambda s, e: {
        "evidence": {**s.evidence, EvidenceId(e.data["evidence"]): PersonId(e.actor.id)},
        "hashes": {**s.hashes, EvidenceId(e.data["evidence"]): e.data["sha256"]},
    },
    Kind.EVIDENCE_HAND_OVER: lambda s, e: {
        "evidence": {**s.evidence, EvidenceId(e.data["evidence"]): PersonId(e.data["person"])}
    },
    Kind.HOLD_PLACE: lambda _s, _e: {"held": True},
    Kind.HOLD_LIFT: lambda _s, _e: {"held": False},
    Kind.ERASURE_REQUEST: _erasure_asked,
    Kind.ERASURE_APPROVE: _erasure_settled,
    Kind.ERASURE_REJECT: _erasure_settled,
    Kind.RUN_START: lambda s, e: {"runs": {**s.runs, e.data["run"]: "running"}},
    Kind.RUN_END: lambda s, e: {"runs": {**s.runs, e.data["run"]: e.data["outcome"]}},
    Kind.QUESTION_OPEN: _asked,
    Kind.GUEST_ADMIT: _admitted,
    Kind.GUEST_LEAVE: lambda s, e: {"guests": without(s.guests, (e.data["person"],))},
    **CALLS,
    Kind.QUESTION_CLOSE: lambda s, e: {
        "consultations": {**s.consultations, e.data["consultation"]: e.data["outcome"]}
    },
}
