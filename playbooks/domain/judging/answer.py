"""What an answer to a consultation leads to. Judged where it is committed, so that a thousand may come at once."""

from datetime import datetime, timedelta
from typing import Any

from playbooks.domain.actor import Actor, ActorKind
from playbooks.domain.circle.mandate import ANSWERED, acts_under
from playbooks.domain.clocks import Approver
from playbooks.domain.command import Command
from playbooks.domain.connection import PortName, connection_id
from playbooks.domain.consultation import FRESH, OPTIONS, Purpose, Question
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, Refused
from playbooks.domain.function import Function, may_do
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState, Standing
from playbooks.domain.judging.draft import Drafting, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Duty
from playbooks.domain.policy import COMMANDERS, check_permission, represents
from playbooks.domain.saying import says

_MOST_HOURS = 10_000


def judge_answer(
    state: IncidentState,
    question: Question,
    audience: tuple[str, ...],
    command: Command,
    at: datetime,
    *,
    closed: bool = False,
) -> tuple[Entry, ...]:
    """The entries that an answer leads to; `audience` is the question's. A late answer is taken, as late.

    Late is what comes after the deadline, or when the question is `closed` because its outcome was certain.

    Raises NotFound, Refused or Malformed.
    """
    check_permission(command.actor, command.verb, state)
    actor = command.actor
    organization = OrganizationCode(command.args.get("organization", actor.organization))
    mandate = _speaks_for(state, question, actor, organization)
    option = str(command.args["option"])
    if option not in OPTIONS[question.purpose]:
        raise Malformed(
            says("unknown_option", question=question.id, options=", ".join(OPTIONS[question.purpose]))
        )
    _check_entitled(state, question, actor, organization)
    by_link = _is_by_mail(actor)
    if by_link and not question.is_by_link:
        raise Refused(says("sign_in_to_answer", question=question.id), source="policy")
    if question.fresh:
        _check_fresh(question, command, at)
    drafting = Drafting(command, at, state.key, state.marking, _heard_by(state, audience))
    drafting.draft(
        Kind.ANSWER_GIVE,
        f"consultation/{question.id}",
        consultation=question.id,
        organization=organization,
        mandate=mandate,
        option=option,
        late=closed or at > question.deadline_at,
        **_offered(question, command),
        fresh=question.fresh or None,
        by_link=by_link or None,
    )
    return tuple(drafting.entries)


def answers_for(state: IncidentState, question: Question, actor: Actor) -> tuple[OrganizationCode, ...]:
    """For which of those that were asked she may answer: her own organization, and whose part hers works."""
    worked = (each.organization for each in state.mandates.values() if each.to == actor.organization)
    known = dict.fromkeys((actor.organization, *worked))
    return tuple(code for code in known if _may_answer_for(state, question, actor, code))


def _may_answer_for(
    state: IncidentState, question: Question, actor: Actor, organization: OrganizationCode
) -> bool:
    try:
        _speaks_for(state, question, actor, organization)
        _check_entitled(state, question, actor, organization)
    except Refused:
        return False
    return True


def _is_by_mail(actor: Actor) -> bool:
    """All that comes over an organization's account for mail is the press of a link in one."""
    return actor.via == connection_id(actor.organization, PortName.MAIL)


def _heard_by(state: IncidentState, audience: tuple[str, ...]) -> tuple[str, ...]:
    """Whoever the question was for, but for those who left since; of a restricted incident the named alone."""
    left = {code for code, standing in state.parties.items() if standing is Standing.LEFT}
    return state.audience if state.restricted else tuple(who for who in audience if who not in left)


def _offered(question: Question, command: Command) -> dict[str, Any]:
    """What is offered: hours of people, and what they can do. Raises Malformed for an offer of nothing."""
    if question.purpose is not Purpose.MUTUAL_AID or command.args["option"] != "offer":
        return {}
    hours = int(command.args.get("hours", 0))
    if not 0 < hours <= _MOST_HOURS:
        raise Malformed(
            says("hours_needed", question=question.id),
        )
    return {"hours": hours, "skills": list(listed(command.args.get("skills", ())))}


def _speaks_for(state: IncidentState, question: Question, actor: Actor, said: OrganizationCode) -> str | None:
    """The mandate under which an answer is given for another (`domain/circle/mandate.py`); None for one's own."""
    if said == actor.organization:
        return None
    mandate = acts_under(state.mandates, actor.organization, said)
    if mandate is None:
        raise Refused(
            says("no_mandate", organization=said),
            source="004 §7",
        )
    if question.purpose not in ANSWERED:
        raise Refused(
            says("mandate_is_for_work", mandate=mandate.id, purpose=question.purpose, organization=said),
            source="004 §4, §7",
        )
    return mandate.id


def _check_entitled(
    state: IncidentState, question: Question, actor: Actor, organization: OrganizationCode
) -> None:
    if organization not in question.asked:
        raise Refused(says("not_asked", question=question.id, organization=organization), source="policy")
    if question.purpose is Purpose.VOTE and not (represents(actor) and Duty.CISO in actor.duties):
        raise Refused(
            says("not_voter", organization=actor.organization),
            source="004 §4, §6",
        )
    if question.purpose is Purpose.SIGN_OFF:
        _check_signer(question, actor)
        return
    commands = question.by_person and actor.id in [state.roles.get(role) for role in COMMANDERS]
    if not commands and not represents(actor) and actor.kind is not ActorKind.GUEST:
        raise Refused(
            says("not_representative.answer", question=question.id, organization=actor.organization),
            source="004 §4",
        )
    if question.purpose is Purpose.APPROVAL and actor.id == question.asked_by:
        raise Refused(
            says("own_request"),
            source="policy",
        )


def _check_signer(question: Question, actor: Actor) -> None:
    """The office whose signature is asked for signs, and nobody in its stead."""
    signs = question.signs or Approver.EXECUTIVE
    holds = signs.value in [duty.value for duty in actor.duties]
    if not holds or not may_do(actor.office, Function.CYBER):
        raise Refused(
            says("not_signer", question=question.id, organization=actor.organization, office=signs),
            source="policy",
        )


def _check_fresh(question: Question, command: Command, at: datetime) -> None:
    proven = command.proven_at
    if proven is None or abs(at - proven) > FRESH:  # the clocks of two processes may differ
        minutes = FRESH // timedelta(minutes=1)
        raise Refused(
            says("passkey_needed", question=question.id, minutes=minutes),
            source="policy",
        )
