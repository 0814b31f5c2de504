"""What each command on the review of an incident leads to. Refusals name their rule and its source."""

from datetime import datetime, timedelta
from enum import StrEnum

from playbooks.domain.actor import Actor
from playbooks.domain.case import Case
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Conflict, NotFound, Refused
from playbooks.domain.function import Function, Office, check_function
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, check_fit, span
from playbooks.domain.judging.working_group import WORKING_GROUPS, ReviewJudge
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty
from playbooks.domain.policy import represents
from playbooks.domain.review import ReviewState
from playbooks.domain.roles import Role
from playbooks.domain.saying import says
from playbooks.domain.situation import Situation


class Signs(StrEnum):
    """In which role somebody signs a review."""

    COMMAND = "command"
    """Whoever commanded, or the duty officer of the lead in her stead."""
    LEAD = "lead"
    """The CISO of the lead organization."""
    PARTY = "party"
    """The CISO of another party, for it."""


_USUALLY = timedelta(days=30)
"""When an action is due where nobody says."""
_AUDIENCES = {Marking.CLEAR: ("public",), Marking.GREEN: ("community",)}
"""Whom a publication is for; a stricter one stays with those who know of the incident (TLP 2.0)."""


def judge_review(
    review: ReviewState, situation: Situation, command: Command, at: datetime
) -> tuple[Entry, ...]:
    """The entries that a command on this review leads to. Raises Refused, Conflict or NotFound."""
    judge = _JUDGES[command.verb]
    situation.check_permission(command.actor, command.verb)
    if review.opened_at is None:
        raise Conflict(says("no_review", incident=situation.key))
    if review.published is not None and command.verb in _BEFORE_PUBLICATION:
        raise Conflict(says("review_published", incident=situation.key))
    drafting = Drafting(command, at, situation.key, situation.marking, situation.incident.audience)
    judge(review, situation, command, drafting)
    check_fit(Case(state=situation.incident, review=review), drafting.entries)
    return tuple(drafting.entries)


def _save(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    """A version is made from the one that its author read; two at once is a conflict that shows both."""
    if int(command.args["base"]) != review.latest:
        raise Conflict(
            says("version_conflict.review", latest=review.latest, base=command.args["base"]),
        )
    drafting.draft(Kind.REVIEW_SAVE, "review", version=review.latest + 1, sha256=str(command.args["sha256"]))


def _item(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    actor, args = command.actor, command.args
    if args.get("owner_organization", actor.organization) != actor.organization:
        raise Refused(
            says("own_part_only.review", owner_organization=args["owner_organization"]),
            source="004 §7",
        )
    function = Function(args.get("function", Function.CYBER))
    office = args.get("person_office") if args.get("owner") else actor.office
    check_function(Office(office) if office else None, function)
    drafting.draft(
        Kind.ITEM_ADD,
        "review",
        function=function.value,
        item=f"A-{len(review.items) + 1}",
        organization=actor.organization,
        owner=str(args.get("owner") or actor.id),
        due_at=(
            command.received_at + span(args.get("due_minutes", _USUALLY // timedelta(minutes=1)))
        ).isoformat(),
    )


def _done(review: ReviewState, _situation: Situation, command: Command, drafting: Drafting) -> None:
    item = review.items.get(str(command.args["item"]).upper())
    if item is None:
        raise NotFound(says("not_found.action", item=command.args["item"]))
    if item.organization != command.actor.organization:
        raise Refused(
            says("own_part_only.action_done", item=item.id, organization=item.organization),
            source="004 §7",
        )
    if item.done:
        raise Conflict(says("item_done", item=item.id))
    drafting.draft(Kind.ITEM_DONE, "review", item=item.id, organization=item.organization, owner=item.owner)


def _sign(review: ReviewState, situation: Situation, command: Command, drafting: Drafting) -> None:
    role, actor = Signs(command.args["role"]), command.actor
    if int(command.args["version"]) != review.latest or not review.latest:
        raise Conflict(says("version_conflict.sign_review", latest=review.latest))
    if not may_sign(role, actor, situation.incident):
        raise Refused(
            says("not_entitled.review"),
            source="policy",
        )
    if any(each.person == actor.id for each in review.signed):
        raise Conflict(says("signed_already.review", latest=review.latest))
    drafting.draft(Kind.REVIEW_SIGN, "review", role=role.value, version=review.latest)


def may_sign(role: Signs, actor: Actor, state: IncidentState) -> bool:
    """Whether somebody holds the role in which she would sign."""
    leads, is_ciso = actor.organization == state.lead, represents(actor) and Duty.CISO in actor.duties
    match role:
        case Signs.COMMAND:
            commands = (Role.INCIDENT_COMMANDER, Role.DEPUTY_INCIDENT_COMMANDER)
            return any(state.roles.get(each) == actor.id for each in commands) or (
                leads and represents(actor) and Duty.ON_CALL in actor.duties
            )
        case Signs.LEAD:
            return leads and is_ciso
        case Signs.PARTY:
            return not leads and is_ciso and state.takes_part(actor.organization)


def _publish(review: ReviewState, situation: Situation, command: Command, drafting: Drafting) -> None:
    """The words come with the command: those of the newest version, whose hash stands in the entry beside them."""
    state, marking = situation.incident, Marking(command.args["marking"])
    if int(command.args["version"]) != review.latest:
        raise Conflict(says("version_conflict.publish", latest=review.latest))
    if missing := missing_signatures(review, state, marking):
        raise Conflict(
            says("not_signed.review", latest=review.latest, missing=list(missing)),
            source="policy",
        )
    if state.restricted and marking in _AUDIENCES:
        raise Refused(
            says("restricted.review"),
            source="policy",
        )
    drafting.draft(
        Kind.REVIEW_PUBLISH,
        "review",
        audience=_AUDIENCES.get(marking, state.audience),
        marked=marking,
        version=review.latest,
        sha256=review.versions[-1].sha256,
        marking=marking.value,
    )


def missing_signatures(review: ReviewState, state: IncidentState, marking: Marking) -> tuple[str, ...]:
    """Who has yet to sign the newest version before it may be published so.

    Command and the lead's CISO, always; beyond the parties, each other party's CISO too: what is sensitive leaves
    the group when the group expressly agrees (document 004, §5).
    """
    roles = {each.role for each in review.signed}
    parties = {each.organization for each in review.signed if each.role == Signs.PARTY}
    missing = [role.value for role in (Signs.COMMAND, Signs.LEAD) if role not in roles]
    if marking in _AUDIENCES:
        missing += [code for code in state.active_parties if code not in (*parties, state.lead)]
    return tuple(missing)


_JUDGES: dict[str, ReviewJudge] = {
    "review.save": _save,
    "review.action": _item,
    "review.done": _done,
    "review.sign": _sign,
    "review.publish": _publish,
    **WORKING_GROUPS,
}
_BEFORE_PUBLICATION = ("review.save", "review.sign", "review.publish")

REVIEW_VERBS: tuple[str, ...] = tuple(_JUDGES)
"""The commands that the review of an incident judges."""
