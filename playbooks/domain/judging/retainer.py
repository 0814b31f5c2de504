"""Calling the vendor on retainer, and counting what it does: by the agreement, never beyond it without somebody's word.

The agreement and the hours used in other incidents are given with the command by whoever reads them (`workflows/
gateway.py`): a judgement reads nothing.
"""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from playbooks.domain.actor import ActorKind
from playbooks.domain.circle.retainer import (
    Agreement,
    Call,
    Clock,
    Logged,
    plain,
    read_hours,
    statement,
    tallied,
    together,
)
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.agreement import ask_first, is_agreed
from playbooks.domain.judging.calls import hours_asked_for, the_call
from playbooks.domain.judging.draft import Drafting, Judge
from playbooks.domain.judging.guest import GUESTS, draft_leaving
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import COMMANDERS
from playbooks.domain.saying import says

Used = dict[OrganizationCode, Decimal]


def _activate(state: IncidentState, command: Command, drafting: Drafting) -> None:
    agreement = _agreement(command)
    on_site = bool(command.args.get("on_site"))
    _check_entitled(state, command, agreement)
    _check_promised(state, agreement, drafting.at, on_site=on_site)
    if any(call.is_open and call.agreement.code == agreement.code for call in state.calls.values()):
        raise Conflict(
            says("called_already", vendor=agreement.vendor, agreement=agreement.code),
        )
    overdrawn = agreement.left(state.lead, _elsewhere(command)) <= 0
    is_machine = command.actor.kind is not ActorKind.PERSON
    needed = max(agreement.approvals, 1 if is_machine or overdrawn else 0)
    if needed and not is_agreed(state, command):
        ask_first(
            state,
            command,
            drafting,
            (state.lead,),
            needed=needed,
            by_person=True,
            fresh=needed > 1,
            vendor=agreement.vendor,
            overdrawn=overdrawn or None,
        )
        return
    call = f"V-{len(state.calls) + 1}"
    drafting.draft(
        Kind.RETAINER_CALL,
        f"call/{call}",
        audience=_meant(state, agreement),
        call=call,
        vendor=agreement.vendor,
        agreement=agreement.model_dump(mode="json"),
        severity=state.severity.value,
        on_site=on_site or None,
        telephone=agreement.telephone or None,
        agreed=command.args.get("agreed"),
    )


def _agreement(command: Command) -> Agreement:
    given = command.args.get("agreement")
    if not isinstance(given, dict):
        raise NotFound(
            says("no_agreement"),
        )
    return Agreement.model_validate(given)


def _check_entitled(state: IncidentState, command: Command, agreement: Agreement) -> None:
    if state.lead not in agreement.hours:
        raise Refused(
            says(
                "no_party_to_agreement",
                lead=state.lead,
                agreement=agreement.code,
                hours=list(agreement.hours),
            ),
            source=agreement.reference,
        )
    actor = command.actor
    commands = actor.id in [state.roles.get(role) for role in COMMANDERS]
    named = actor.organization == state.lead and any(duty in agreement.activated_by for duty in actor.duties)
    if actor.kind is ActorKind.PERSON and not (commands or named):
        raise Refused(
            says(
                "not_entitled_to_call", agreement=agreement.code, lead=state.lead, duty=agreement.activated_by
            ),
            source=agreement.reference,
        )


def _check_promised(state: IncidentState, agreement: Agreement, at: datetime, *, on_site: bool) -> None:
    today = at.date()
    if not agreement.valid_from <= today <= agreement.valid_until:
        raise Refused(
            says(
                "agreement_not_valid",
                agreement=agreement.code,
                valid_from=agreement.valid_from,
                valid_until=agreement.valid_until,
            ),
            source=agreement.reference,
        )
    if not agreement.is_confidential(today):
        raise Refused(
            says("no_confidentiality", agreement=agreement.code),
            source=agreement.reference,
        )
    promise = agreement.response.get(state.severity)
    if promise is None or (on_site and promise.on_site is None):
        what = {"agreement": agreement.code, "severity": state.severity}
        why = says("not_promised", **what) if promise is None else says("not_promised.on_site", **what)
        raise Refused(why, source=agreement.reference)


def _confirm(state: IncidentState, command: Command, drafting: Drafting) -> None:
    call, what = the_call(state, command), str(command.args["what"])
    if what in list(Clock):
        _met(call, Clock(what), command, drafting)
    else:
        _hours_confirmed(state, call, what, command, drafting)


def _met(call: Call, clock: Clock, command: Command, drafting: Drafting) -> None:
    at = datetime.fromisoformat(command.args["happened_at"]) if "happened_at" in command.args else drafting.at
    if not call.called_at <= at <= drafting.at:
        raise Malformed(says("bad_time"))
    if clock in call.met:
        raise Conflict(says("confirmed_already", confirmed_at=call.met[clock].isoformat()))
    owed_at = call.owed.get(clock)
    drafting.draft(
        Kind.RETAINER_MEET,
        f"call/{call.id}",
        call=call.id,
        clock=clock.value,
        met_at=at.isoformat(),
        owed_at=owed_at.isoformat() if owed_at else None,
        late=(owed_at is not None and at > owed_at) or None,
    )


def _hours(state: IncidentState, command: Command, drafting: Drafting) -> None:
    call = the_call(state, command)
    hours = read_hours(command.args["hours"])
    organization = OrganizationCode(command.args.get("organization", command.actor.organization))
    agreement = call.agreement
    if organization not in agreement.hours:
        raise Refused(
            says(
                "no_party_to_agreement.retainer",
                organization=organization,
                agreement=agreement.code,
                hours=list(agreement.hours),
            ),
            source=agreement.reference,
        )
    left = agreement.left(organization, together(_elsewhere(command), call.used))
    if hours > left and not is_agreed(state, command):
        ask_first(
            state,
            command.model_copy(update={"args": {**command.args, "call": call.id}}),
            drafting,
            (organization,),
            needed=1,
            by_person=True,
            vendor=agreement.vendor,
            organization=organization,
            hours=plain(hours),
            left=plain(left),
        )
        return
    drafting.draft(
        Kind.HOURS_LOG,
        f"call/{call.id}",
        audience=_meant(state, agreement),
        call=call.id,
        hours_id=f"H-{len(call.logged) + 1}",
        hours=plain(hours),
        organization=organization,
        overdrawn=hours > left or None,
        agreed=command.args.get("agreed"),
    )
    _warn(state, call, organization, hours, command, drafting)


def _warn(
    state: IncidentState,
    call: Call,
    organization: OrganizationCode,
    hours: Decimal,
    command: Command,
    drafting: Drafting,
) -> None:
    """Tell that an organization's hours run out, once for each mark that these hours passed."""
    agreement = call.agreement
    before = together(_elsewhere(command), call.used).get(organization, Decimal())
    for per_cent in agreement.crossed(organization, before, before + hours):
        drafting.draft(
            Kind.HOURS_WARN,
            f"call/{call.id}",
            audience=_meant(state, agreement),
            call=call.id,
            organization=organization,
            per_cent=per_cent,
            used=plain(before + hours),
            bought=plain(agreement.hours[organization]),
        )


def _hours_confirmed(state: IncidentState, call: Call, id: str, command: Command, drafting: Drafting) -> None:
    logged = call.logged.get(id.upper())
    if logged is None:
        raise NotFound(says("no_hours", call=call.id, id=id))
    if logged.confirmed:
        raise Conflict(says("confirmed_already.retainer", logged=logged.id))
    _check_confirms(logged, command)
    drafting.draft(
        Kind.HOURS_CONFIRM,
        f"call/{call.id}",
        audience=_meant(state, call.agreement),
        call=call.id,
        hours_id=logged.id,
        hours=plain(logged.hours),
        organization=logged.organization,
        cost=plain(call.agreement.cost(logged.hours)),
        currency=call.agreement.currency,
    )


def _check_confirms(logged: Logged, command: Command) -> None:
    actor = command.actor
    if actor.organization != logged.organization:
        raise Refused(
            says("not_own_hours", logged=logged.id, organization=logged.organization),
            source="003 §143",
        )
    if actor.id == logged.by:
        raise Refused(
            says("second_person.retainer", logged=logged.id, organization=logged.organization),
            source="ISO/IEC 27002:2022, 5.3",
        )


def _close(state: IncidentState, command: Command, drafting: Drafting) -> None:
    call = the_call(state, command)
    unconfirmed = [each.id for each in call.logged.values() if not each.confirmed]
    if unconfirmed:
        raise Conflict(
            says("hours_unconfirmed", unconfirmed=list(unconfirmed), call=call.id, first=unconfirmed[0]),
        )
    if asked := list(hours_asked_for(state, call)):
        raise Conflict(says("hours_asked_for", call=call.id, consultations=asked, first=asked[0]))
    lines = statement(call)
    total = sum(tallied(call.logged.values(), confirmed_only=True).values(), Decimal())
    drafting.draft(
        Kind.RETAINER_CLOSE,
        f"call/{call.id}",
        audience=_meant(state, call.agreement),
        call=call.id,
        statement=list(lines),
        hours=plain(total),
        cost=plain(sum((Decimal(line["cost"]) for line in lines), Decimal())),
        currency=call.agreement.currency,
    )
    draft_leaving((each for each in state.guests.values() if each.call == call.id), drafting)


def _meant(state: IncidentState, agreement: Agreement) -> tuple[str, ...]:
    """What an agreement costs is for its parties in the incident, and for the lead."""
    if state.restricted:
        return state.audience
    return tuple(
        dict.fromkeys((state.lead, *(code for code in state.active_parties if code in agreement.hours)))
    )


def _elsewhere(command: Command) -> Used:
    """Hours of the agreement that other incidents used."""
    return dict(_read(command.args.get("used", {})))


def _read(used: object) -> Iterator[tuple[OrganizationCode, Decimal]]:
    if not isinstance(used, dict):
        raise TypeError
    for code, hours in used.items():
        yield OrganizationCode(code), Decimal(str(hours))


BILLING: dict[str, Judge] = {
    "retainer.hours": _hours,
    "retainer.confirm": _confirm,
    "retainer.close": _close,
}
"""What a vendor's work comes to is often known after the incident is closed."""

RETAINER: dict[str, Judge] = {"retainer.activate": _activate, **BILLING, **GUESTS}
