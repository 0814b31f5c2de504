"""What each command on awareness and reporting duties leads to: each organization declares and decides for itself."""

from datetime import datetime
from typing import Any

from playbooks.domain.circle.matters import Matter
from playbooks.domain.clocks import StartedClock, Trigger
from playbooks.domain.command import Command
from playbooks.domain.duties import DutyStatus, ReportingDuty
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.function import Function, may_do
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says


def _awareness(state: IncidentState, command: Command, drafting: Drafting) -> None:
    organization = command.actor.organization
    if organization in state.awareness:
        raise Conflict(
            says(
                "awareness_declared",
                organization=organization,
                declared_at=state.awareness[organization].isoformat(),
            ),
        )
    aware_at = _aware_at(command)
    drafting.draft(
        Kind.AWARENESS_DECLARE,
        f"part/{organization}",
        organization=organization,
        aware_at=aware_at.isoformat(),
    )
    _start(state, command, drafting, aware_at, (Trigger.AWARENESS,))


def _touch(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Said once by each organization for itself; who works on what is touched is told once (document 004, §2)."""
    organization = command.actor.organization
    said = state.touched.get(organization, ())
    named = (Matter(matter) for matter in listed(command.args["matters"]))
    new = [matter for matter in dict.fromkeys(named) if matter not in said]
    if not new:
        raise Conflict(
            says("already_touched", organization=organization, incident=state.key),
        )
    aware_at = _aware_at(command)
    known = {matter for matters in state.touched.values() for matter in matters}
    drafting.draft(
        Kind.MATTER_TOUCH,
        f"part/{organization}",
        organization=organization,
        matters=[matter.value for matter in new],
        first=[matter.value for matter in new if matter not in known],
        aware_at=aware_at.isoformat(),
    )
    _start(state, command, drafting, aware_at, tuple(Trigger(matter.value) for matter in new))


def _aware_at(command: Command) -> datetime:
    at = datetime.fromisoformat(command.args["aware_at"])
    if at > command.received_at:
        raise Malformed(says("future_time.awareness"))
    return at


def _start(
    state: IncidentState,
    command: Command,
    drafting: Drafting,
    started_at: datetime,
    triggers: tuple[Trigger, ...],
) -> None:
    """The organization's own clocks for these triggers start, with the terms that its directory entry has now."""
    organization = command.actor.organization
    clocks = [StartedClock.model_validate(clock) for clock in command.args.get("clocks", ())]
    due = [clock for clock in clocks if clock.trigger in triggers]
    if any(clock.due_at <= started_at for clock in due):
        raise ValueError("a clock runs out after it starts")
    for number, clock in enumerate(due, start=len(state.duties) + 1):
        drafting.draft(
            Kind.DUTY_START,
            f"duty/D-{number}",
            audience=_audience(state, organization),
            duty=f"D-{number}",
            organization=organization,
            started_at=started_at.isoformat(),
            **clock.model_dump(mode="json"),
        )


def _audience(state: IncidentState, organization: OrganizationCode) -> tuple[str, ...]:
    """An organization's clocks are its own part's: itself and the lead; the named alone when restricted."""
    return state.audience if state.restricted else tuple(dict.fromkeys((organization, state.lead)))


def _approve(state: IncidentState, command: Command, drafting: Drafting) -> None:
    duty = _own(state, command)
    _check_approver(duty, command)
    if duty.status is DutyStatus.APPROVED:
        raise Conflict(says("duty_approved", duty=duty.id))
    _draft(Kind.DUTY_APPROVE, duty, state, drafting)


def _meet(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """Only what was approved goes out; that it is with the receiver is said by the organization itself."""
    duty = _own(state, command)
    if duty.status is not DutyStatus.APPROVED:
        raise Conflict(
            says(
                "duty_not_approved",
                receiver=duty.receiver,
                organization=duty.organization,
                office=duty.approves,
                duty=duty.id,
            ),
            source=duty.policy,
        )
    met_at = datetime.fromisoformat(command.args.get("met_at", command.received_at.isoformat()))
    if met_at > command.received_at:
        raise Malformed(says("future_time.duty"))
    _draft(Kind.DUTY_MEET, duty, state, drafting, met_at=met_at.isoformat(), late=met_at > duty.due_at)


def _waive(state: IncidentState, command: Command, drafting: Drafting) -> None:
    duty = _own(state, command)
    _check_approver(duty, command)
    _draft(Kind.DUTY_WAIVE, duty, state, drafting)


def _draft(
    kind: Kind,
    duty: ReportingDuty,
    state: IncidentState,
    drafting: Drafting,
    **more: Any,  # noqa: ANN401  any JSON value
) -> None:
    drafting.draft(
        kind,
        f"duty/{duty.id}",
        audience=_audience(state, duty.organization),
        duty=duty.id,
        organization=duty.organization,
        receiver=duty.receiver,
        **more,
    )


def _own(state: IncidentState, command: Command) -> ReportingDuty:
    duty = state.duties.get(str(command.args["duty"]))
    if duty is None:
        raise NotFound(says("not_found.duty", duty=command.args["duty"], incident=state.key))
    if duty.organization != command.actor.organization:
        raise Refused(
            says("own_part_only", duty=duty.id, organization=duty.organization),
            source="004 §7",
        )
    if not may_do(command.actor.office, Function.CYBER):
        raise Refused(
            says("dss_physical_security_only.duties", organization=duty.organization),
            source="002 §15-16",
        )
    if not duty.is_owed:
        raise Conflict(says("duty_settled", duty=duty.id, status=duty.status))
    return duty


def _check_approver(duty: ReportingDuty, command: Command) -> None:
    if duty.approves.value not in [each.value for each in command.actor.duties]:
        raise Refused(
            says(
                "not_approver",
                receiver=duty.receiver,
                organization=duty.organization,
                office=duty.approves,
            ),
            source=duty.policy,
        )


DUTIES: dict[str, Judge] = {
    "awareness": _awareness,
    "touch": _touch,
    "duty.approve": _approve,
    "duty.meet": _meet,
    "duty.waive": _waive,
}
"""The commands on awareness and on what follows from it."""

SETTLING: tuple[str, ...] = ("duty.approve", "duty.meet", "duty.waive")
"""Those that a closed incident still takes: a duty outlasts it."""
