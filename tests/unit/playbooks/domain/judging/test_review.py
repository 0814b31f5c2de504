"""The review: nothing is lost when two write at once, and what goes out goes out signed, as far as agreed."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.domain.errors import Conflict, IncidentError, NotFound, Refused
from playbooks.domain.ids import PersonId
from playbooks.domain.incident import IncidentState, Phase, Standing
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.review import judge_review, missing_signatures
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.review import CHASED_EVERY, DUE_AFTER, ReviewState, evolve_review, is_chased
from playbooks.domain.roles import Role
from playbooks.domain.situation import Situation
from tests.casts import KEY, NOON, UNHCR, UNICC, WFP, command

CLOSED = IncidentState(
    key=KEY,
    lead=UNHCR,
    declared_at=NOON,
    closed_at=NOON,
    review_due_at=NOON + DUE_AFTER,
    phase=Phase.CLOSED,
    parties={UNHCR: Standing.LEAD, WFP: Standing.JOINED, UNICC: Standing.INVITED},
    roles={Role.INCIDENT_COMMANDER: PersonId("unhcr-duty")},
)


class Review:
    """A review on which people act one after another."""

    def __init__(self, state: IncidentState = CLOSED) -> None:
        self.state = state
        self.review = ReviewState(opened_at=NOON, due_at=NOON + DUE_AFTER)
        self.entries: list[Any] = []

    def do(self, who: str, verb: str, **args: Any) -> None:
        given = command(f"test:{len(self.entries)}", f"review.{verb}", who, at=NOON, incident=KEY, **args)
        entries = judge_review(self.review, Situation(incident=self.state), given, NOON)
        for entry in entries:
            self.review = evolve_review(self.review, entry)
        self.entries += entries

    def save(self, who: str, base: int) -> None:
        self.do(who, "save", base=base, sha256=f"{who}-{base}")

    def signed(self, *also: str) -> "Review":
        self.save("unhcr-ciso", 0)
        self.do("unhcr-duty", "sign", role="command", version=1)
        self.do("unhcr-ciso", "sign", role="lead", version=1)
        for who in also:
            self.do(who, "sign", role="party", version=1)
        return self


def test_closing_opens_the_review_once() -> None:
    still_open = CLOSED.model_copy(update={"phase": Phase.RECOVER, "review_due_at": None})
    close = command("test:close", "close", "unhcr-duty", at=NOON, incident=KEY)
    entries = judge_incident(still_open, close, NOON)
    assert [entry.kind for entry in entries] == [Kind.CLOSE, Kind.REVIEW_OPEN]
    again = judge_incident(still_open.model_copy(update={"review_due_at": NOON}), close, NOON)
    assert [entry.kind for entry in again] == [Kind.CLOSE]


def test_a_version_made_from_an_older_one_is_a_conflict_and_changes_nothing() -> None:
    review = Review()
    review.save("unhcr-ciso", 0)
    review.save("wfp-duty", 1)
    with pytest.raises(Conflict, match="Somebody saved version 2 while you wrote on version 1") as conflict:
        review.save("unhcr-duty", 1)
    assert conflict.value.code == "version_conflict"
    assert [(each.number, each.by) for each in review.review.versions] == [(1, "unhcr-ciso"), (2, "wfp-duty")]


def test_a_new_version_is_signed_anew() -> None:
    review = Review().signed()
    assert not missing_signatures(review.review, CLOSED, Marking.AMBER)
    review.save("wfp-duty", 1)
    assert missing_signatures(review.review, CLOSED, Marking.AMBER) == ("command", "lead")


@pytest.mark.parametrize(
    ("who", "role", "error"),
    [
        ("unhcr-legal", "command", Refused),
        ("wfp-ciso", "lead", Refused),
        ("wfp-ciso", "command", Refused),
        ("unhcr-ciso", "party", Refused),
        ("wfp-duty", "party", Refused),
        ("unicc-ciso", "party", Refused),
        ("oict-ciso", "party", NotFound),
    ],
)
def test_whoever_does_not_hold_the_role_does_not_sign_in_it(
    who: str, role: str, error: type[IncidentError]
) -> None:
    review = Review()
    review.save("unhcr-ciso", 0)
    with pytest.raises(error):
        review.do(who, "sign", role=role, version=1)


def test_command_and_lead_are_two_persons() -> None:
    both = CLOSED.model_copy(update={"roles": {Role.INCIDENT_COMMANDER: PersonId("unhcr-ciso")}})
    review = Review(both)
    review.save("unhcr-ciso", 0)
    review.do("unhcr-ciso", "sign", role="lead", version=1)
    with pytest.raises(Conflict, match="signed version 1 already"):
        review.do("unhcr-ciso", "sign", role="command", version=1)
    review.do("unhcr-duty", "sign", role="command", version=1)


def test_what_was_not_read_is_not_signed() -> None:
    review = Review()
    with pytest.raises(Conflict):
        review.do("unhcr-ciso", "sign", role="lead", version=0)
    review.save("unhcr-ciso", 0)
    review.save("wfp-duty", 1)
    with pytest.raises(Conflict, match="newest version is 2"):
        review.do("unhcr-ciso", "sign", role="lead", version=1)


def test_it_is_published_as_signed_at_its_marking_and_stands() -> None:
    review = Review()
    review.save("unhcr-ciso", 0)
    with pytest.raises(Conflict, match="not signed by: command, lead"):
        review.do("unhcr-ciso", "publish", marking="TLP:AMBER", version=1)
    review = Review().signed()
    review.do("unhcr-ciso", "publish", marking="TLP:AMBER", version=1)
    assert (review.entries[-1].marking, review.entries[-1].audience) == (Marking.AMBER, ("parties",))
    for verb, args in {"save": {"base": 1, "sha256": "x"}, "sign": {"role": "lead", "version": 1}}.items():
        with pytest.raises(Conflict, match="is published; it stands"):
            review.do("unhcr-ciso", verb, **args)


@pytest.mark.parametrize(("marking", "audience"), [("TLP:GREEN", ("community",)), ("TLP:CLEAR", ("public",))])
def test_beyond_the_parties_it_goes_when_each_of_them_agreed(marking: str, audience: tuple[str, ...]) -> None:
    with pytest.raises(Conflict, match="not signed by: WFP"):
        Review().signed().do("unhcr-ciso", "publish", marking=marking, version=1)
    review = Review().signed("wfp-ciso")
    review.do("unhcr-ciso", "publish", marking=marking, version=1)
    assert (review.entries[-1].marking.value, review.entries[-1].audience) == (marking, audience)


def test_a_restricted_incidents_review_stays_with_the_named() -> None:
    people = ("unhcr-duty", "unhcr-ciso", "wfp-ciso")
    restricted = CLOSED.model_copy(
        update={"restricted": True, "named": tuple(PersonId(each) for each in people)}
    )
    review = Review(restricted).signed("wfp-ciso")
    with pytest.raises(Refused, match="stays with those who are named"):
        review.do("unhcr-ciso", "publish", marking="TLP:GREEN", version=1)
    review.do("unhcr-ciso", "publish", marking="TLP:AMBER", version=1)
    assert review.entries[-1].audience == tuple(f"person:{each}" for each in people)
    with pytest.raises(NotFound):
        Review(restricted).save("unhcr-legal", 0)


def test_an_action_is_taken_on_by_its_own_organization_and_done_by_it() -> None:
    review = Review()
    review.do("wfp-duty", "action", due_minutes=60, owner="wfp-responder", owner_organization="WFP")
    with pytest.raises(Refused, match="by an organization itself"):
        review.do("unhcr-ciso", "action", due_minutes=60, owner="wfp-duty", owner_organization="WFP")
    with pytest.raises(Refused, match="only its own people"):
        review.do("unhcr-ciso", "done", item="A-1")
    review.do("wfp-ciso", "done", item="a-1")
    assert not review.review.open_items
    with pytest.raises(Conflict):
        review.do("wfp-ciso", "done", item="A-1")
    with pytest.raises(NotFound):
        review.do("wfp-ciso", "done", item="A-9")


def test_what_is_overdue_is_chased_again_and_again_until_it_is_done() -> None:
    review = Review()
    review.do("wfp-duty", "action", due_minutes=60)
    item = review.review.items["A-1"]
    assert review.review.chased_at == item.due_at == NOON + timedelta(hours=1)
    assert is_chased(item.due_at, None, item.due_at)
    assert not is_chased(item.due_at, item.due_at, item.due_at + CHASED_EVERY - timedelta(seconds=1))
    assert is_chased(item.due_at, item.due_at, item.due_at + CHASED_EVERY)
    review.do("wfp-duty", "done", item="A-1")
    assert review.review.chased_at == NOON + DUE_AFTER
    assert not review.review.is_over


def test_published_and_done_it_is_over_and_an_action_may_still_be_done_after_publication() -> None:
    review = Review().signed()
    review.do("wfp-duty", "action", due_minutes=60)
    review.do("unhcr-ciso", "publish", marking="TLP:AMBER", version=1)
    assert not review.review.is_over
    review.do("wfp-duty", "done", item="A-1")
    assert review.review.is_over
    assert review.review.chased_at is None


def test_before_it_is_closed_there_is_no_review() -> None:
    review = Review()
    review.review = ReviewState()
    with pytest.raises(Conflict, match="opens when the incident is closed"):
        review.save("unhcr-ciso", 0)
