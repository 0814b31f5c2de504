"""What each command on an incident leads to. Refusals name their rule and its source."""

from datetime import datetime, timedelta

from playbooks.domain.case import Case
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, Malformed, Refused
from playbooks.domain.function import Office, check_function
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import LEGAL_PHASES, IncidentState, Phase, Severity, Standing
from playbooks.domain.judging.adding import ADDING, happened_at
from playbooks.domain.judging.asking import ASKING
from playbooks.domain.judging.authorities import AUTHORITIES
from playbooks.domain.judging.closing import draft_close
from playbooks.domain.judging.cost import COST
from playbooks.domain.judging.draft import Drafting, Judge, check_fit, listed, span
from playbooks.domain.judging.duties import DUTIES, SETTLING
from playbooks.domain.judging.erasing import ERASING
from playbooks.domain.judging.escalation import ESCALATION
from playbooks.domain.judging.guest import draft_leaving
from playbooks.domain.judging.hybrid import HYBRID
from playbooks.domain.judging.indicators import INDICATORS
from playbooks.domain.judging.inviting import draft_invitation
from playbooks.domain.judging.joint import JOINT, SAYING
from playbooks.domain.judging.mandate import MANDATE
from playbooks.domain.judging.matching import MATCHING
from playbooks.domain.judging.merging import MERGING
from playbooks.domain.judging.moving import MOVING
from playbooks.domain.judging.notices import NOTICES
from playbooks.domain.judging.page_orders import PAGE_ORDERS
from playbooks.domain.judging.paging import PAGING
from playbooks.domain.judging.reconciling import RECONCILING
from playbooks.domain.judging.resting import REVIEWING
from playbooks.domain.judging.retainer import BILLING, RETAINER
from playbooks.domain.judging.service import SERVICES
from playbooks.domain.judging.sharing import SHARING
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import DEFAULT_MARKING, Marking
from playbooks.domain.policy import check_known, check_party, check_permission
from playbooks.domain.release import PARTIES
from playbooks.domain.roles import Role, commands_first
from playbooks.domain.saying import says


def judge_incident(state: IncidentState, command: Command, at: datetime) -> tuple[Entry, ...]:
    """The entries that a command on this incident leads to, at this time.

    Raises Refused, Conflict or NotFound; then nothing changes. `declare` is the only command that an incident not
    yet declared takes.
    """
    judge = _JUDGES.get(command.verb)
    if judge is None:
        raise Malformed(says("unknown_command", verb=command.verb))
    _check_phase(state, command)
    check_permission(command.actor, command.verb, state)
    declared = command.args.get("marking", DEFAULT_MARKING)
    marking = Marking(declared) if command.verb == "declare" else state.marking
    drafting = Drafting(command, at, state.key, marking, state.audience)
    judge(state, command, drafting)
    check_fit(Case(state=state), drafting.entries)
    return tuple(drafting.entries)


def _check_phase(state: IncidentState, command: Command) -> None:
    if command.verb == "declare":
        if state.declared_at is not None:
            raise Conflict(says("already_declared", incident=state.key))
    elif state.declared_at is None:
        raise Conflict(says("not_declared", incident=state.key))
    elif state.phase is Phase.CLOSED and command.verb not in _WHEN_CLOSED:
        check_known(command.actor, state)
        raise Conflict(says("incident_closed", incident=state.key))


_WHEN_CLOSED = (
    "reopen",
    *REVIEWING,
    "note",
    "alerts.attach",
    "notice",
    "mandate.withdraw",
    *COST,
    *BILLING,
    *RECONCILING,
    *ADDING,
    *INDICATORS,
    *ERASING,
    *SETTLING,
    *ESCALATION,
    *SAYING,
)
"""A closed incident still takes what people say, add, escalate or have erased, late alerts, costs, and mandates back.

What a vendor did is billed then too. All else needs it reopened.
"""


def _declare(_state: IncidentState, command: Command, drafting: Drafting) -> None:
    args, actor = command.args, command.actor
    named = listed(args.get("named", ())) or (actor.id,)
    restricted = bool(args.get("restricted"))
    audience = tuple(f"person:{person}" for person in named) if restricted else (PARTIES,)
    drafting.draft(
        Kind.DECLARE,
        "incident",
        audience=audience,
        lead=actor.organization,
        severity=Severity(args["severity"]).value,
        **{"class": args.get("class", "other")},
        marking=Marking(args.get("marking", DEFAULT_MARKING)).value,
        restricted=restricted,
        named=list(named) if restricted else None,
        group=args.get("group"),
        playbook=args.get("playbook"),
        declared_by=actor.kind.value,
    )
    if commands_first(actor):
        drafting.draft(
            Kind.ROLE_ASSIGN,
            "incident",
            audience=audience,
            role=Role.INCIDENT_COMMANDER.value,
            person=actor.id,
            organization=actor.organization,
            office=actor.office,
        )
    if args.get("content"):
        _start_run(drafting, audience, "R-1", command)


def _severity(state: IncidentState, command: Command, drafting: Drafting) -> None:
    severity = Severity(command.args["severity"])
    if severity is state.severity:
        raise Conflict(says("same_severity", incident=state.key, severity=severity))
    drafting.draft(Kind.SEVERITY_CHANGE, "incident", severity=severity.value, was=state.severity.value)


def _phase(state: IncidentState, command: Command, drafting: Drafting) -> None:
    phase = Phase(command.args["phase"])
    legal = [p for p in LEGAL_PHASES[state.phase] if p is not Phase.CLOSED]
    if phase not in legal:
        raise Conflict(
            says("illegal_phase", incident=state.key, phase=state.phase, legal=" or ".join(legal)),
            source="NIST SP 800-61r3, section 2",
        )
    drafting.draft(Kind.PHASE_CHANGE, "incident", phase=phase.value, was=state.phase.value)


def _office(command: Command) -> Office | None:
    office = command.args.get("person_office")
    return Office(office) if office else None


def _role(state: IncidentState, command: Command, drafting: Drafting) -> None:
    role = Role(command.args["role"])
    if role is Role.INCIDENT_COMMANDER and role in state.roles:
        raise Refused(
            says("transfer_of_command"),
            source="ICS, transfer of command",
        )
    check_party(command.args["person_organization"], state)
    check_function(_office(command), role.function)
    drafting.draft(
        Kind.ROLE_ASSIGN,
        "incident",
        role=role.value,
        person=command.args["person"],
        organization=command.args["person_organization"],
        office=_office(command),
        was_person=state.roles.get(role),
        was_organization=state.role_organizations.get(role),
    )


def _transfer(state: IncidentState, command: Command, drafting: Drafting) -> None:
    check_party(command.args["person_organization"], state)
    check_function(_office(command), Role.INCIDENT_COMMANDER.function)
    drafting.draft(
        Kind.COMMAND_TRANSFER,
        "incident",
        role=Role.INCIDENT_COMMANDER.value,
        person=command.args["person"],
        organization=command.args["person_organization"],
        office=_office(command),
        was_person=state.roles.get(Role.INCIDENT_COMMANDER),
        was_organization=state.role_organizations.get(Role.INCIDENT_COMMANDER),
    )


def _note(_state: IncidentState, command: Command, drafting: Drafting) -> None:
    drafting.draft(Kind.NOTE_ADD, "incident", happened_at=happened_at(command))


def _update(_state: IncidentState, command: Command, drafting: Drafting) -> None:
    minutes = command.args.get("every_minutes")
    every = None if minutes is None else span(minutes) // timedelta(minutes=1)
    drafting.draft(Kind.UPDATE_POST, "incident", every_minutes=every)


def _invite(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """All of them or none: whom it cannot be done for is told before anything happens."""
    asked = tuple(map(OrganizationCode, dict.fromkeys(listed(command.args["organizations"]))))
    if any(map(is_vendor, asked)):
        raise Refused(says("vendor_no_party"), source="004 §4")
    there = [code for code in asked if state.parties.get(code, Standing.LEFT) is not Standing.LEFT]
    if there:
        told = [f"{code} ({state.parties[code]})" for code in there]
        raise Conflict(says("already_a_party", organizations=told, incident=state.key))
    if not asked:
        raise Malformed(says("nobody_named.inviting"))
    for organization in asked:
        draft_invitation(state, organization, drafting)


def _join(state: IncidentState, command: Command, drafting: Drafting) -> None:
    organization = command.actor.organization
    drafting.draft(
        Kind.PARTY_JOIN,
        f"part/{organization}",
        audience=state.audience if state.restricted else (*state.audience, organization),
        organization=organization,
    )


def _leave(state: IncidentState, command: Command, drafting: Drafting) -> None:
    organization = command.actor.organization
    if organization == state.lead:
        raise Refused(
            says("lead_cannot_leave"),
            source="004 §7",
        )
    drafting.draft(Kind.PARTY_LEAVE, f"part/{organization}", organization=organization)


def _restrict(state: IncidentState, command: Command, drafting: Drafting) -> None:
    named = sorted({*listed(command.args["named"]), command.actor.id})
    if guest := next((each for each in named if each in state.guests), None):
        raise Refused(says("guest_named", person=guest), source="policy")
    if state.restricted and tuple(named) == state.named:
        raise Conflict(says("already_restricted", incident=state.key))
    audience = tuple(f"person:{person}" for person in named)
    drafting.draft(Kind.RESTRICT, "incident", audience=audience, named=named)
    draft_leaving(state.guests.values(), drafting, named=audience)


def _close(state: IncidentState, _command: Command, drafting: Drafting) -> None:
    draft_close(state, drafting)


def _reopen(state: IncidentState, _command: Command, drafting: Drafting) -> None:
    if state.phase is not Phase.CLOSED:
        raise Conflict(says("incident_open", incident=state.key))
    drafting.draft(Kind.REOPEN, "incident")


def _attach(_state: IncidentState, command: Command, drafting: Drafting) -> None:
    drafting.draft(
        Kind.ALERTS_ATTACH,
        "incident",
        group=command.args["group"],
        count=int(command.args["count"]),
        severity=command.args.get("severity"),
    )


def _run(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _start_run(drafting, state.audience, f"R-{len(state.runs) + 1}", command)


def _start_run(drafting: Drafting, audience: tuple[str, ...], run: str, command: Command) -> None:
    """The run carries its contents by hash: editing a playbook's file changes no run."""
    drafting.draft(
        Kind.RUN_START,
        f"run/{run}",
        audience=audience,
        run=run,
        playbook=command.args["playbook"],
        content=_text(command.args["content"]),
        carried=_texts(command.args.get("carried")),
        signed_by=command.args.get("signed_by"),
        unsigned=command.args.get("unsigned"),
        given=_given(command.args.get("given")),
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _given(value: object) -> dict[str, str | None] | None:
    """What the run is given along; None for a value that is told in words."""
    if not value:
        return None
    if not isinstance(value, dict):
        raise TypeError
    return {_text(name): None if each is None else _text(each) for name, each in value.items()}


def _texts(value: object) -> dict[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise TypeError
    return {_text(name): _text(each) for name, each in value.items()}


_JUDGES: dict[str, Judge] = {
    "declare": _declare,
    "severity": _severity,
    "phase": _phase,
    "role": _role,
    "transfer": _transfer,
    "note": _note,
    "update": _update,
    "invite": _invite,
    "join": _join,
    "leave": _leave,
    "restrict": _restrict,
    **MANDATE,
    **MOVING,
    **JOINT,
    **SHARING,
    **INDICATORS,
    **MATCHING,
    **MERGING,
    **RETAINER,
    **COST,
    **SERVICES,
    **AUTHORITIES,
    **ESCALATION,
    "close": _close,
    "reopen": _reopen,
    "alerts.attach": _attach,
    **NOTICES,
    "playbook.run": _run,
    **RECONCILING,
    **REVIEWING,
    **PAGING,
    **PAGE_ORDERS,
    **ADDING,
    **ASKING,
    **ERASING,
    **HYBRID,
    **DUTIES,
}

INCIDENT_VERBS: tuple[str, ...] = tuple(_JUDGES)
"""The commands that the coordinating incident judges."""
