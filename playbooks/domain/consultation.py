"""A consultation: ask many, chase, tally. Status calls, approvals and votes are one shape.

Architecture, decision 11.
"""

from collections import Counter
from datetime import timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import ConsultationId, OrganizationCode


class Purpose(StrEnum):
    """What the question is for; decides the options and what counts as an outcome."""

    STATUS_CALL = "status_call"
    APPROVAL = "approval"


OPTIONS: dict[Purpose, tuple[str, ...]] = {
    Purpose.STATUS_CALL: ("affected", "not_affected", "unknown"),
    Purpose.APPROVAL: ("approve", "reject"),
}


FRESH = timedelta(minutes=5)
"""How long ago a passkey may have been used, for an answer that asks for a fresh one."""


class Answer(BaseModel):
    """One organization's answer, the last in time order counting; its words stand in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organization: OrganizationCode
    person: str
    option: str
    at: AwareDatetime
    entry: str


class Question(BaseModel):
    """What is asked, of whom, by when, and what counts; codes only, its words stand in the record at `entry`."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: ConsultationId
    purpose: Purpose
    asked: tuple[OrganizationCode, ...]
    asked_by: str
    """The person who asked: nobody approves her own request."""
    deadline_at: AwareDatetime
    remind_at: AwareDatetime | None = None
    needed: int = 0
    """Approvals needed; 0 means of every organization asked."""
    by_person: bool = False
    """Persons are counted, not organizations, and one refusal ends it: the approval of an act."""
    fresh: bool = False
    """Each answers with a passkey used within `FRESH`: two accounts of chat are not two persons."""
    entry: str
    origin: str = ""


class Tally(BaseModel):
    """How the answers stand."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    counts: dict[str, int]
    missing: tuple[OrganizationCode, ...]
    outcome: str
    """`open` while undecided; then `approved`, `rejected`, `answered` (all did) or `expired`."""


def tally(question: Question, answers: tuple[Answer, ...], *, expired: bool = False) -> Tally:
    """Count the answers: the last of each organization stands; one not asked, or too late, does not count.

    Where persons are counted, the last of each person stands.
    """
    standing = {
        a.person if question.by_person else a.organization: a
        for a in sorted(answers, key=lambda a: (a.at, a.entry))
        if a.organization in question.asked and a.at <= question.deadline_at
    }
    counts = Counter(answer.option for answer in standing.values())
    heard = {answer.organization for answer in standing.values()}
    missing = tuple(code for code in question.asked if code not in heard)
    return Tally(
        counts={option: counts[option] for option in OPTIONS[question.purpose]},
        missing=missing,
        outcome=_outcome(question, counts, len(missing), expired=expired),
    )


def _outcome(question: Question, counts: Counter[str], missing: int, *, expired: bool) -> str:
    if question.by_person:
        if counts["reject"] or counts["approve"] >= max(question.needed, 1):
            return "rejected" if counts["reject"] else "approved"
    elif question.purpose is Purpose.APPROVAL:
        needed = question.needed or len(question.asked)
        if counts["approve"] >= needed:
            return "approved"
        if counts["approve"] + missing < needed:
            return "rejected"
    elif not missing:
        return "answered"
    return "expired" if expired else "open"
