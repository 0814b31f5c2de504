"""Guests of the vendor on retainer: admitted while it is called, gone when the call or the incident ends.

Each is admitted by name, of those whom the agreement names as cleared, and reads what is addressed to her vendor
(`release`). Whatever ends her stay is recorded for each guest, so that her rooms and her sign-in end with it.
"""

from collections.abc import Iterable

from playbooks.domain.actor import ActorKind
from playbooks.domain.circle.guest import Guest, vendor_of
from playbooks.domain.circle.retainer import Agreement, Call
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.calls import the_call
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.judging.inviting import as_it_stands
from playbooks.domain.kinds import Kind
from playbooks.domain.release import PARTIES
from playbooks.domain.saying import says


def _admit(state: IncidentState, command: Command, drafting: Drafting) -> None:
    call, person = the_call(state, command), PersonId(command.args["person"])
    agreement, vendor = call.agreement, vendor_of(call.agreement.code)
    _check_cleared(state, agreement, person, drafting)
    if person in state.guests:
        raise Conflict(says("guest_already", person=person, incident=state.key))
    drafting.draft(
        Kind.GUEST_ADMIT,
        f"call/{call.id}",
        audience=(PARTIES, vendor),
        call=call.id,
        vendor=agreement.vendor,
        person=person,
        organization=vendor,
        **as_it_stands(state),
    )
    if not any(vendor in joint.organizations for joint in state.joint.values()):
        _open_room(state, call, drafting)


def _check_cleared(state: IncidentState, agreement: Agreement, person: PersonId, drafting: Drafting) -> None:
    if state.restricted:
        raise Refused(says("restricted.guest", incident=state.key), source="policy")
    if person not in agreement.staff:
        raise Refused(
            says("not_cleared", person=person, agreement=agreement.code, staff=list(agreement.staff)),
            source=agreement.reference,
        )
    if not agreement.is_confidential(drafting.at.date()):
        raise Refused(says("no_confidentiality", agreement=agreement.code), source=agreement.reference)


def _open_room(state: IncidentState, call: Call, drafting: Drafting) -> None:
    """The vendor's room: its people, and whoever bears what it costs."""
    agreement = call.agreement
    bearing = (state.lead, *(code for code in state.active_parties if code in agreement.hours))
    organizations = tuple(dict.fromkeys((*bearing, vendor_of(agreement.code))))
    drafting.draft(
        Kind.JOINT_OPEN,
        "incident",
        audience=organizations,
        name=call.id.lower(),
        asked=list(organizations),
    )


def _dismiss(state: IncidentState, command: Command, drafting: Drafting) -> None:
    person = PersonId(command.args["person"])
    guest = state.guests.get(person)
    if guest is None:
        raise NotFound(says("not_found.guest", person=person, incident=state.key))
    if command.actor.kind is ActorKind.GUEST and command.actor.id != person:
        raise Refused(says("not_herself", person=person), source="policy")
    draft_leaving((guest,), drafting)


def draft_leaving(
    guests: Iterable[Guest], drafting: Drafting, *, named: tuple[str, ...] | None = None
) -> None:
    """These guests leave; the parties and each one's vendor hear of it, or the named alone."""
    for guest in guests:
        drafting.draft(
            Kind.GUEST_LEAVE,
            f"call/{guest.call}",
            audience=named or (PARTIES, guest.vendor),
            call=guest.call,
            person=guest.person,
            organization=guest.vendor,
        )


GUESTS: dict[str, Judge] = {"retainer.admit": _admit, "retainer.dismiss": _dismiss}
