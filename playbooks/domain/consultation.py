"""A consultation: ask many, chase, tally. Status calls, approvals and votes are one shape.

Architecture, decision 11.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.clocks import Approver
from playbooks.domain.errors import Refused
from playbooks.domain.ids import ConsultationId, OrganizationCode
from playbooks.domain.organization import Membership
from playbooks.domain.saying import says
from playbooks.domain.team import Route


class Purpose(StrEnum):
    """What the question is for; decides the options and what counts as an outcome."""

    STATUS_CALL = "status_call"
    APPROVAL = "approval"
    VOTE = "vote"
    """By roll call of members; each has one vote (document 004, §6)."""
    MUTUAL_AID = "mutual_aid"
    """Who can lend people, for how many hours, with which skills?"""
    OPT_IN = "opt_in"
    """Who takes part in something, by its own word (document 004, §7)?"""
    SIGN_OFF = "sign_off"
    """The legal offices or the executive heads put their name to it, all of them."""


OPTIONS: dict[Purpose, tuple[str, ...]] = {
    Purpose.STATUS_CALL: ("affected", "not_affected", "unknown"),
    Purpose.APPROVAL: ("approve", "reject"),
    Purpose.VOTE: ("for", "against", "abstain"),
    Purpose.MUTUAL_AID: ("offer", "cannot"),
    Purpose.OPT_IN: ("in", "out"),
    Purpose.SIGN_OFF: ("sign", "decline"),
}


BY_LINK = frozenset({Purpose.STATUS_CALL, Purpose.MUTUAL_AID, Purpose.OPT_IN})
"""What a link in a mail may answer: what an organization says of itself, and takes back by a later answer.

A link proves that somebody reads a person's mail and no more. What lets others act, counts as a vote or as a signature
asks whoever answers to sign in (docs/decisions/consultation-answers-by-link.md).
"""

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
    late: bool = False
    """It came after the deadline, or after the question was closed; it counts for nothing."""
    hours: int | None = None
    """Of an offer of mutual aid: how many hours of people."""
    skills: tuple[str, ...] = ()
    """Of an offer: what they can do, as codes."""
    by_link: bool = False
    """It was given by the link in a mail, without signing in."""


TERMS: Final = (
    *("match", "alike"),
    *("number", "to", "as_marked"),
    *("vendor", "overdrawn", "organization", "hours", "left"),
    *("service", "provider", "rate", "currency"),
    *("issue", "notice", "receiver"),
)
"""What a question may be about: an introduction, sharing, a vendor, a shared service, words to others."""


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
    """When those who are missing are reminded."""
    escalate_at: AwareDatetime | None = None
    """When the alternate of each that is missing is woken: whoever is on call."""
    refer_at: AwareDatetime | None = None
    """When the co-Chairs are told that some are missing."""
    needed: int = 0
    """Approvals needed; 0 means of every organization asked."""
    quorum: int = 0
    """Of a vote: how many of the roll must answer, abstentions included."""
    signs: Approver | None = None
    """Of a sign-off: whose signature it takes in each organization."""
    by_person: bool = False
    """Persons are counted, not organizations, and one refusal ends it: the approval of an act."""
    fresh: bool = False
    """Each answers with a passkey used within `FRESH`: two accounts of chat are not two persons."""
    routes: dict[OrganizationCode, Route] = {}
    """Of those asked whose team is called by mail or pager: how; their rooms are told beside."""
    entry: str
    origin: str = ""
    terms: dict[str, Any] = {}
    """What of the act that waits for the answer whoever is asked must know, in codes."""

    @property
    def is_by_link(self) -> bool:
        """Whether the link in a mail answers it."""
        return self.purpose in BY_LINK and not self.by_person and not self.fresh


class Tally(BaseModel):
    """How the answers stand."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    counts: dict[str, int]
    missing: tuple[OrganizationCode, ...]
    outcome: str
    """`open` while undecided; then by its purpose `approved` or `rejected`, `carried`, `not_carried` or `no_quorum`,
    `signed` or `unsigned`, `answered` (all did), or `expired`."""


def tally(question: Question, answers: tuple[Answer, ...], *, expired: bool = False) -> Tally:
    """Count the answers: the last of each organization stands; one not asked, or too late, does not count.

    Where persons are counted, the last of each person stands.
    """
    asked = dict.fromkeys(question.asked)
    standing = {
        a.person if question.by_person else a.organization: a
        for a in sorted(answers, key=lambda a: (a.at, a.entry))
        if a.organization in asked and a.at <= question.deadline_at
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
        decided = _act_approved(question, counts)
    else:
        decided = _DECIDED.get(question.purpose, _all_answered)(question, counts, missing)
    if question.purpose is Purpose.VOTE and expired:
        return decided or _vote_at_the_end(question, counts, missing)
    return decided or ("expired" if expired else "open")


def _act_approved(question: Question, counts: Counter[str]) -> str:
    """One refusal ends the approval of an act."""
    if counts["reject"]:
        return "rejected"
    return "approved" if counts["approve"] >= max(question.needed, 1) else ""


def _all_answered(_question: Question, _counts: Counter[str], missing: int) -> str:
    return "" if missing else "answered"


def _approval(question: Question, counts: Counter[str], missing: int) -> str:
    needed = question.needed or len(question.asked)
    if counts["approve"] >= needed:
        return "approved"
    return "rejected" if counts["approve"] + missing < needed else ""


def _sign_off(_question: Question, counts: Counter[str], missing: int) -> str:
    """It takes every signature."""
    if counts["decline"]:
        return "unsigned"
    return "" if missing else "signed"


def _vote(question: Question, counts: Counter[str], missing: int) -> str:
    """Certain as soon as those who have not voted could not turn it, and the quorum is there.

    More for than against carries; a tie does not, and who abstains counts for the quorum alone.
    """
    if len(question.asked) - missing < question.quorum:
        return ""
    ahead = counts["for"] - counts["against"]
    if ahead > missing:
        return "carried"
    return "not_carried" if ahead + missing <= 0 else ""


def _vote_at_the_end(question: Question, counts: Counter[str], missing: int) -> str:
    """At the deadline, of those who voted."""
    if len(question.asked) - missing < question.quorum:
        return "no_quorum"
    return "carried" if counts["for"] > counts["against"] else "not_carried"


_DECIDED: dict[Purpose, Callable[[Question, Counter[str], int], str]] = {
    Purpose.APPROVAL: _approval,
    Purpose.VOTE: _vote,
    Purpose.SIGN_OFF: _sign_off,
}
"""The outcome that no further answer can change; empty while there is none. All others: when everybody answered."""


def check_roll(asked: tuple[OrganizationCode, ...], roll: Mapping[str, Membership]) -> None:
    """Raise Refused when somebody without a vote is on the roll: observers have none (document 004, §6)."""
    without = [code for code in asked if roll.get(code) is not Membership.MEMBER]
    if without:
        raise Refused(
            says("no_vote", organizations=list(without)),
            source="004 §6",
        )


def majority(roll: int) -> int:
    """The quorum where nobody says another: more than half of the roll. The terms of reference state none."""
    return roll // 2 + 1
