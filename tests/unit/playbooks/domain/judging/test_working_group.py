"""Working groups: a volunteer leads, others opt in and out, the lead reports until it is done or given up."""

from datetime import timedelta
from typing import Any

import pytest

from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.circle.working_group import REMINDED_EVERY, REPORTED_EVERY, Stage
from playbooks.domain.errors import Conflict, IncidentError, NotFound, Refused
from playbooks.domain.incident import IncidentState, Phase, Standing
from playbooks.domain.judging.review import judge_review
from playbooks.domain.kinds import Kind
from playbooks.domain.review import ReviewState, evolve_review
from playbooks.domain.situation import Situation
from tests.casts import KEY, NOON, UN, UNHCR, UNICC, WFP, command

CLOSED = IncidentState(
    key=KEY,
    lead=UNHCR,
    declared_at=NOON,
    phase=Phase.CLOSED,
    parties={UNHCR: Standing.LEAD, WFP: Standing.JOINED, UN: Standing.JOINED, UNICC: Standing.INVITED},
)


class Plan:
    """The work-plan of one incident."""

    def __init__(self) -> None:
        self.review = ReviewState(opened_at=NOON, due_at=NOON)
        self.entries: list[Any] = []

    def do(self, who: str, act: str, group: str = "WG-1", **args: Any) -> "Plan":
        given = command(f"c{len(self.entries)}", f"working_group.{act}", who, working_group=group, **args)
        for entry in judge_review(self.review, Situation(incident=CLOSED), given, NOON):
            self.review = evolve_review(self.review, entry)
            self.entries.append(entry)
        return self

    @property
    def stage(self) -> Stage:
        return self.review.groups["WG-1"].stage


def joined() -> Plan:
    return Plan().do("wfp-ciso", "form", due_minutes=90 * 24 * 60).do("unhcr-duty", "join")


def test_whoever_forms_a_group_leads_it_and_others_come_and_go_by_their_own_word() -> None:
    plan = joined().do("oict-ciso", "join")
    group = plan.review.groups["WG-1"]
    assert (group.lead, group.members) == (WFP, (UNHCR, UN))
    assert plan.do("unhcr-ciso", "leave").review.groups["WG-1"].members == (UN,)
    with pytest.raises(Conflict):
        plan.do("oict-ciso", "join")
    with pytest.raises(Conflict):
        plan.do("unhcr-ciso", "leave")


def test_only_who_answers_for_an_organization_speaks_for_it_and_dss_for_nobody() -> None:
    for who in ("wfp-responder", "dss-duty", "unicc-ciso"):
        with pytest.raises(IncidentError):
            Plan().do(who, "form")
        with pytest.raises(IncidentError):
            joined().do(who, "join")


def test_a_lead_does_not_leave_it_declares_its_inability() -> None:
    with pytest.raises(Refused, match="unable"):
        joined().do("wfp-ciso", "leave")
    assert joined().do("wfp-ciso", "report", stage="unable").stage is Stage.UNABLE


def test_it_is_reported_on_by_its_lead_in_the_order_of_its_work() -> None:
    plan = joined()
    with pytest.raises(Refused, match="its lead"):
        plan.do("unhcr-ciso", "report", stage="kicked_off")
    with pytest.raises(Conflict, match="kick-off"):
        plan.do("wfp-ciso", "report", stage="complete")
    for stage in ("kicked_off", "kicked_off", "complete"):
        plan.do("wfp-ciso", "report", stage=stage)
    assert plan.stage is Stage.COMPLETE
    with pytest.raises(Conflict, match="already"):
        plan.do("oict-ciso", "join")


def test_a_group_of_one_is_an_action_and_no_group() -> None:
    with pytest.raises(Conflict, match="review action"):
        Plan().do("wfp-ciso", "form").do("wfp-ciso", "report", stage="kicked_off")


def test_there_is_no_such_group() -> None:
    with pytest.raises(NotFound):
        joined().do("oict-ciso", "join", "WG-9")


def test_the_review_lives_until_every_group_is_done_and_reminds_until_then() -> None:
    plan = joined()
    group = plan.review.groups["WG-1"]
    assert group.chased_at == NOON + REPORTED_EVERY
    reminded = plan.entries[-1].model_copy(
        update={"kind": Kind.WORKING_GROUP_REMIND, "at": group.chased_at + timedelta(minutes=1)}
    )
    plan.review = evolve_review(plan.review, reminded)
    assert plan.review.groups["WG-1"].chased_at == reminded.at + REMINDED_EVERY
    assert plan.review.open_groups
    plan.do("wfp-ciso", "report", stage="kicked_off").do("wfp-ciso", "report", stage="complete")
    assert not plan.review.open_groups


def test_a_group_that_is_due_is_asked_for_when_it_is_due() -> None:
    group = Plan().do("wfp-ciso", "form", due_minutes=60).review.groups["WG-1"]
    assert group.owed_at == NOON + timedelta(hours=1)


def test_the_management_committee_hears_of_each_report_in_codes_alone() -> None:
    plan = joined().do("wfp-ciso", "report", stage="kicked_off")
    (mail,) = (each for each in follow_ups(plan.entries[-1], CLOSED) if each.action == "mail.send")
    assert mail.args["to"] == ("ccop-co-chairs", "ccop-secretary")
    assert (mail.text, mail.entries) == ("committee.working_group.kicked_off", ())
    assert set(mail.args) == {"to"}, "what a mail takes"
    restricted = CLOSED.model_copy(update={"restricted": True, "named": ("wfp-ciso",)})
    assert not [each for each in follow_ups(plan.entries[-1], restricted) if each.action == "mail.send"]


def test_where_nobody_else_takes_part_there_is_no_group_but_an_action() -> None:
    alone = CLOSED.model_copy(update={"parties": {UNHCR: Standing.LEAD, UNICC: Standing.INVITED}})
    given = command("c0", "working_group.form", "unhcr-ciso")
    with pytest.raises(Refused) as caught:
        judge_review(ReviewState(opened_at=NOON, due_at=NOON), Situation(incident=alone), given, NOON)
    assert (caught.value.code, caught.value.source) == ("alone", "004 §5, §7")
