"""Counting answers: what counts, whose last word stands, and when an outcome is certain."""

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.consultation import OPTIONS, Answer, Purpose, Question, check_roll, majority, tally
from playbooks.domain.errors import Refused
from playbooks.domain.ids import ConsultationId, OrganizationCode
from playbooks.domain.organization import Membership
from tests.casts import NOON, UNHCR, UNICC, WFP

ASKED = (UNHCR, WFP, UNICC)
DEADLINE = NOON + timedelta(hours=1)


def question(purpose: Purpose = Purpose.APPROVAL, needed: int = 0) -> Question:
    return Question(
        id=ConsultationId("C-1"),
        purpose=purpose,
        asked=ASKED,
        asked_by="unhcr-duty",
        deadline_at=DEADLINE,
        needed=needed,
        entry="e0",
    )


def answer(organization: OrganizationCode, option: str, minutes: float = 1, entry: str = "") -> Answer:
    at = NOON + timedelta(minutes=minutes)
    return Answer(
        organization=organization, person="somebody", option=option, at=at, entry=entry or f"e{minutes}"
    )


def outcome(
    *answers: Answer, needed: int = 0, expired: bool = False, purpose: Purpose = Purpose.APPROVAL
) -> str:
    return tally(question(purpose, needed), answers, expired=expired).outcome


def test_an_approval_needs_everybody_unless_a_number_is_said() -> None:
    two = (answer(UNHCR, "approve"), answer(WFP, "approve", 2))

    assert outcome(*two) == "open"
    assert outcome(*two, answer(UNICC, "approve", 3)) == "approved"
    assert outcome(*two, needed=2) == "approved"


def test_an_approval_is_rejected_as_soon_as_it_cannot_be_reached() -> None:
    assert outcome(answer(UNHCR, "reject")) == "rejected"
    assert outcome(answer(UNHCR, "reject"), needed=2) == "open"
    assert outcome(answer(UNHCR, "reject"), answer(WFP, "reject", 2), needed=2) == "rejected"


def test_a_status_call_is_over_when_everybody_answered() -> None:
    two = (answer(UNHCR, "affected"), answer(WFP, "unknown", 2))

    assert outcome(*two, purpose=Purpose.STATUS_CALL) == "open"
    assert outcome(*two, answer(UNICC, "not_affected", 3), purpose=Purpose.STATUS_CALL) == "answered"
    assert outcome(*two, purpose=Purpose.STATUS_CALL, expired=True) == "expired"


def test_of_contradicting_answers_the_last_counts() -> None:
    changed = (answer(WFP, "approve", 1), answer(WFP, "reject", 5))

    for given_in in (changed, changed[::-1]):
        counted = tally(question(needed=1), given_in)
        assert counted.counts == {"approve": 0, "reject": 1}


def test_the_same_answer_twice_counts_once() -> None:
    counted = tally(question(needed=2), (answer(WFP, "approve", 1), answer(WFP, "approve", 2)))

    assert counted.counts["approve"] == 1
    assert counted.outcome == "open"


def test_an_organization_that_was_not_asked_does_not_count() -> None:
    counted = tally(question(needed=1), (answer(OrganizationCode("FAO"), "approve"),))

    assert counted.counts == {"approve": 0, "reject": 0}
    assert counted.missing == ASKED


def test_a_late_answer_decides_nothing() -> None:
    late = answer(WFP, "approve", minutes=61)

    counted = tally(question(needed=1), (late,), expired=True)

    assert counted.outcome == "expired"
    assert counted.counts["approve"] == 0
    assert WFP in counted.missing


def test_a_late_change_of_mind_leaves_the_answer_that_was_in_time() -> None:
    assert outcome(answer(WFP, "approve", 5), answer(WFP, "reject", 61), needed=1) == "approved"


def test_at_the_very_deadline_is_in_time() -> None:
    assert outcome(answer(WFP, "approve", 60), needed=1) == "approved"


answers = st.lists(
    st.builds(
        answer,
        st.sampled_from((*ASKED, OrganizationCode("FAO"))),
        st.sampled_from(OPTIONS[Purpose.APPROVAL]),
        st.integers(0, 60),
        st.text("abc", min_size=1, max_size=3),
    ),
    max_size=8,
    unique_by=lambda each: (each.at, each.entry),
)


@given(answers=answers, needed=st.integers(0, 3), seed=st.randoms())
def test_the_order_of_arrival_does_not_matter(answers: list[Answer], needed: int, seed: Random) -> None:
    shuffled = list(answers)
    seed.shuffle(shuffled)

    assert tally(question(needed=needed), tuple(answers)) == tally(question(needed=needed), tuple(shuffled))


@given(answers=answers, needed=st.integers(0, 3))
def test_a_vote_is_never_counted_twice_and_a_certain_outcome_does_not_expire(
    answers: list[Answer], needed: int
) -> None:
    now, then = (tally(question(needed=needed), tuple(answers), expired=expired) for expired in (False, True))

    assert sum(now.counts.values()) + len(now.missing) == len(ASKED)
    if now.outcome != "open":
        assert then.outcome == now.outcome
    else:
        assert then.outcome == "expired"


@pytest.mark.parametrize("purpose", Purpose)
def test_every_option_is_in_the_counts_also_when_nobody_chose_it(purpose: Purpose) -> None:
    assert set(tally(question(purpose), ()).counts) == set(OPTIONS[purpose])


PERSONS = ("unhcr-ciso", "unhcr-duty", "wfp-ciso", "wfp-duty")


def by_person(*answers: tuple[str, str], needed: int = 2, expired: bool = False) -> str:
    of_persons = question(needed=needed).model_copy(update={"by_person": True})
    given = tuple(
        answer(OrganizationCode(who.partition("-")[0].upper()), option, minute).model_copy(
            update={"person": who}
        )
        for minute, (who, option) in enumerate(answers, start=1)
    )
    return tally(of_persons, given, expired=expired).outcome


def test_the_approval_of_an_act_counts_persons() -> None:
    assert by_person(("unhcr-ciso", "approve")) == "open"
    assert by_person(("unhcr-ciso", "approve"), ("unhcr-duty", "approve")) == "approved"


def test_one_person_who_answers_twice_is_one_person() -> None:
    assert by_person(("unhcr-ciso", "approve"), ("unhcr-ciso", "approve")) == "open"
    assert by_person(("unhcr-ciso", "approve"), ("unhcr-ciso", "approve"), expired=True) == "expired"


def test_one_refusal_ends_the_approval_of_an_act() -> None:
    assert (
        by_person(("unhcr-ciso", "approve"), ("unhcr-duty", "reject"), ("wfp-ciso", "approve")) == "rejected"
    )


@given(st.lists(st.tuples(st.sampled_from(PERSONS), st.sampled_from(("approve", "reject"))), max_size=8))
def test_an_act_is_approved_by_as_many_different_persons_as_it_needs_and_none_against(
    answers: list[tuple[str, str]],
) -> None:
    last = dict(answers)
    is_approved = "reject" not in last.values() and len(last) >= 2
    assert (by_person(*answers) == "approved") is is_approved


ROLL = tuple(OrganizationCode(f"O{number}") for number in range(7))


def vote(quorum: int = 4) -> Question:
    return question(Purpose.VOTE).model_copy(update={"asked": ROLL, "quorum": quorum})


def votes(options: str) -> tuple[Answer, ...]:
    """One letter for each on the roll: f, g (against), a, and `.` for silence."""
    words = {"f": "for", "g": "against", "a": "abstain"}
    return tuple(answer(code, words[o]) for code, o in zip(ROLL, options, strict=True) if o != ".")


@pytest.mark.parametrize(
    ("said", "now", "at_the_end"),
    [
        ("fff....", "open", "no_quorum"),
        ("ffff...", "carried", "carried"),
        ("fffg...", "open", "carried"),
        ("ffgg...", "open", "not_carried"),
        ("gggg...", "not_carried", "not_carried"),
        ("aaaa...", "open", "not_carried"),
        ("aaaaaaf", "carried", "carried"),
        ("fffggga", "not_carried", "not_carried"),
        (".......", "open", "no_quorum"),
    ],
)
def test_a_vote_carries_with_more_for_than_against_and_a_quorum(said: str, now: str, at_the_end: str) -> None:
    assert tally(vote(), votes(said)).outcome == now
    assert tally(vote(), votes(said), expired=True).outcome == at_the_end


@given(said=st.text("fga.", min_size=7, max_size=7), quorum=st.integers(1, 7), data=st.data())
def test_a_vote_is_closed_early_only_when_those_who_are_silent_could_not_turn_it(
    said: str, quorum: int, data: st.DataObject
) -> None:
    decided = tally(vote(quorum), votes(said)).outcome
    if decided == "open":
        return
    later = "".join(data.draw(st.sampled_from("fga.")) if each == "." else each for each in said)
    assert tally(vote(quorum), votes(later), expired=True).outcome == decided


def test_a_sign_off_takes_every_signature_and_one_that_declines_ends_it() -> None:
    two = (answer(UNHCR, "sign"), answer(WFP, "sign", 2))
    assert outcome(*two, purpose=Purpose.SIGN_OFF) == "open"
    assert outcome(*two, answer(UNICC, "sign", 3), purpose=Purpose.SIGN_OFF) == "signed"
    assert outcome(answer(WFP, "decline"), purpose=Purpose.SIGN_OFF) == "unsigned"
    assert outcome(*two, purpose=Purpose.SIGN_OFF, expired=True) == "expired"


@pytest.mark.parametrize("purpose", [Purpose.MUTUAL_AID, Purpose.OPT_IN])
def test_offers_and_opting_in_end_when_everybody_answered(purpose: Purpose) -> None:
    option = OPTIONS[purpose][0]
    assert outcome(answer(UNHCR, option), purpose=purpose) == "open"
    everybody = tuple(answer(code, option, n + 1) for n, code in enumerate(ASKED))
    assert outcome(*everybody, purpose=purpose) == "answered"


def test_observers_are_on_no_roll() -> None:
    roll = {"UNHCR": Membership.MEMBER, "UNICC": Membership.OBSERVER}
    check_roll((UNHCR,), roll)
    for asked in ((UNHCR, UNICC), (WFP,)):
        with pytest.raises(Refused) as refused:
            check_roll(asked, roll)
        assert (refused.value.code, refused.value.source) == ("no_vote", "004 §6")


def test_a_quorum_nobody_named_is_more_than_half() -> None:
    assert [majority(roll) for roll in (1, 2, 3, 32)] == [1, 2, 2, 17]
