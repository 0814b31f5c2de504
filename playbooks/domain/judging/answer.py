"""What an answer to a consultation leads to. Judged where it is committed, so that a thousand may come at once."""

from datetime import datetime

from playbooks.domain.actor import Actor
from playbooks.domain.command import Command
from playbooks.domain.consultation import OPTIONS, Purpose, Question
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed, NotFound, Refused
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.judging.draft import Drafting
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Duty

ENTITLED = (Duty.CISO, Duty.ON_CALL)
"""Who answers for an organization: its main representative or the duty officer (document 004, §4)."""


def judge_answer(
    incident: IncidentKey,
    question: Question,
    marking: Marking,
    audience: tuple[str, ...],
    command: Command,
    at: datetime,
) -> tuple[Entry, ...]:
    """The entries that an answer leads to. Raises Refused or Malformed. A late answer is taken, as late."""
    actor = command.actor
    if not _knows_of(actor, audience):
        raise NotFound(f"There is no consultation {question.id} in {incident}; see `/incident status`.")
    option = str(command.args["option"])
    if option not in OPTIONS[question.purpose]:
        raise Malformed(
            f"{question.id} takes one of {', '.join(OPTIONS[question.purpose])}.", code="unknown_option"
        )
    _check_entitled(question, command)
    drafting = Drafting(command, at, incident, marking, audience)
    drafting.draft(
        Kind.ANSWER_GIVE,
        f"consultation/{question.id}",
        consultation=question.id,
        organization=OrganizationCode(actor.organization),
        option=option,
        late=at > question.deadline_at,
    )
    return tuple(drafting.entries)


def _knows_of(actor: Actor, audience: tuple[str, ...]) -> bool:
    """Of what was asked among named persons the others do not even know."""
    return f"person:{actor.id}" in audience or not all(who.startswith("person:") for who in audience)


def _check_entitled(question: Question, command: Command) -> None:
    actor = command.actor
    if actor.organization not in question.asked:
        raise Refused(
            f"{question.id} was not asked of {actor.organization}.", code="not_asked", source="policy"
        )
    if not any(duty in actor.duties for duty in ENTITLED):
        raise Refused(
            f"{question.id} is answered by {actor.organization}'s CISO or duty officer; please tell them.",
            code="not_representative",
            source="004 §4",
        )
    if question.purpose is Purpose.APPROVAL and actor.id == question.asked_by:
        raise Refused(
            "Nobody approves their own request; somebody else of your organization may.",
            code="own_request",
            source="policy",
        )
