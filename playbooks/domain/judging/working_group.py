"""What each command on a working group leads to: formed by a volunteer, joined and left at will, reported on."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from playbooks.domain.circle.working_group import Stage, WorkingGroup
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.judging.draft import Drafting, span
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_represents
from playbooks.domain.review import ReviewState
from playbooks.domain.saying import says
from playbooks.domain.situation import Situation

ReviewJudge = Callable[[ReviewState, Situation, Command, Drafting], None]
"""Judges one verb on the review of an incident: drafts its entries, or raises."""

_USUALLY: Final = timedelta(days=180)
"""When a group is due where nobody says: within half a year (004 §6)."""


def _form(review: ReviewState, situation: Situation, command: Command, drafting: Drafting) -> None:
    """Whoever forms it leads it: lead organizations volunteer (004 §5). What one does alone is an action."""
    check_represents(command.actor)
    if len(situation.incident.active_parties) == 1:
        raise Refused(says("alone.working_group", incident=situation.incident.key), source="004 §5, §7")
    length = span(command.args.get("due_minutes", _USUALLY // timedelta(minutes=1)))
    drafting.draft(
        Kind.WORKING_GROUP_FORM,
        "review",
        working_group=f"WG-{len(review.groups) + 1}",
        lead=command.actor.organization,
        formed_at=command.received_at.isoformat(),
        due_at=(command.received_at + length).isoformat(),
    )


def _join(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    group, own = _going_on(review, command), command.actor.organization
    check_represents(command.actor)
    if own in (group.lead, *group.members):
        raise Conflict(says("in_working_group", own=own, group=group.id))
    drafting.draft(Kind.WORKING_GROUP_JOIN, "review", working_group=group.id, organization=own)


def _leave(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    group, own = _going_on(review, command), command.actor.organization
    check_represents(command.actor)
    if own == group.lead:
        raise Refused(
            says("lead_cannot_leave.working_group", own=own, group=group.id),
            source="004 §6",
        )
    if own not in group.members:
        raise Conflict(says("not_in_working_group", own=own, group=group.id))
    drafting.draft(Kind.WORKING_GROUP_LEAVE, "review", working_group=group.id, organization=own)


def _report(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    """A status report says the stage that is; what is complete had its kick-off, with somebody beside the lead."""
    group, stage = _going_on(review, command), Stage(command.args["stage"])
    if command.actor.organization != group.lead:
        raise Refused(says("not_lead_of_group", group=group.id, lead=group.lead), source="004 §5")
    check_represents(command.actor)
    if stage is Stage.FORMED or (stage is Stage.COMPLETE and group.stage is Stage.FORMED):
        raise Conflict(
            says("no_kick_off", group=group.id),
            source="004 §6",
        )
    if stage is not Stage.UNABLE and not group.members:
        raise Conflict(
            says("no_members", group=group.id, lead=group.lead),
            source="004 §7",
        )
    drafting.draft(
        Kind.WORKING_GROUP_REPORT,
        "review",
        working_group=group.id,
        lead=group.lead,
        stage=stage.value,
        was=group.stage.value,
    )


def _going_on(review: ReviewState, command: Command) -> WorkingGroup:
    wanted = str(command.args["working_group"]).upper()
    group = review.groups.get(wanted)
    if group is None:
        raise NotFound(says("not_found.working_group", wanted=wanted))
    if group.is_settled:
        raise Conflict(says("working_group_settled", group=group.id, stage=group.stage))
    return group


WORKING_GROUPS: Final[dict[str, ReviewJudge]] = {
    "working_group.form": _form,
    "working_group.join": _join,
    "working_group.leave": _leave,
    "working_group.report": _report,
}
"""The commands on working groups."""
