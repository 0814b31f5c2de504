"""A part handed to a service provider: by recorded mandate, taken back at any time, for work and not for one's word."""

from typing import Any

import pytest

from playbooks.domain.circle.mandate import MandateStatus
from playbooks.domain.errors import NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import Standing
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release
from playbooks.domain.task import TaskStatus
from tests.casts import UNHCR, UNICC, WFP, Scene, declared, naming, reader

GIVEN: dict[str, Any] = {"to": "UNICC", "is_provider": True}


def offered(*, joined: tuple[str, ...] = ("WFP", "UNICC")) -> Scene:
    here = declared(joined=joined)
    here.do("wfp-ciso", "mandate.give", **GIVEN)
    return here


def held() -> Scene:
    here = offered()
    here.do("unicc-duty", "mandate.accept", organization="WFP")
    return here


def asked(here: Scene, **args: object) -> Scene:
    here.do("unhcr-duty", "task.add", texts={"text": "Search the logs"}, organization="WFP", **args)
    return here


def test_who_holds_a_mandate_works_the_part_and_the_record_says_under_which() -> None:
    here = asked(held())
    here.do("unicc-duty", "task.accept", task="WFP-1")
    here.do("unicc-duty", "task.assign", task="WFP-1", **naming("unicc-responder"))
    (done,) = here.do("unicc-responder", "task.done", task="WFP-1")
    assert (here.task("WFP-1").status, here.task("WFP-1").owner) == (TaskStatus.DONE, "unicc-responder")
    assert (done.actor.organization, done.data["mandate"]) == (UNICC, "M-1")
    assert done.audience == (WFP, UNHCR, UNICC)
    (own,) = here.do("unicc-duty", "task.add", organization="WFP")
    assert own.kind == Kind.TASK_ADD, "what it plans in that part stands at once, as the part's own work does"


def test_what_its_own_people_do_in_the_part_is_theirs_and_what_is_added_is_shown_to_who_holds_it() -> None:
    here = held()
    (added,) = here.do("wfp-duty", "task.add", organization="WFP")
    (done,) = here.do("wfp-duty", "task.done", task="WFP-1")
    assert (added.data["shown_under"], done.data.get("shown_under")) == ("M-1", None)
    assert "mandate" not in {*added.data, *done.data}


def test_an_offer_alone_lets_nobody_work() -> None:
    here = asked(offered())
    assert here.refused("unicc-duty", "task.accept", task="WFP-1").code == "own_part_only"
    here.do("unicc-duty", "mandate.decline", organization="WFP")
    assert here.state.mandates["M-1"].status is MandateStatus.DECLINED


@pytest.mark.parametrize(
    ("who", "how"), [("wfp-duty", MandateStatus.WITHDRAWN), ("unicc-ciso", MandateStatus.RETURNED)]
)
def test_it_is_taken_back_at_any_time_by_either_side(who: str, how: MandateStatus) -> None:
    here = asked(held())
    here.do("unicc-duty", "task.accept", task="WFP-1")
    here.do("unhcr-duty", "close")
    here.do(who, "mandate.withdraw", organization="WFP")
    here.do("unhcr-duty", "reopen")
    assert here.state.mandates["M-1"].status is how
    assert here.refused("unicc-duty", "task.done", task="WFP-1").code == "own_part_only"
    (done,) = here.do("wfp-duty", "task.done", task="WFP-1")
    assert UNICC not in done.audience


@pytest.mark.parametrize(("leaves", "who"), [(WFP, "wfp-duty"), (UNICC, "unicc-duty")])
def test_it_lapses_when_either_leaves(leaves: OrganizationCode, who: str) -> None:
    here = held()
    here.do(who, "leave")
    assert here.state.parties[leaves] is Standing.LEFT
    assert here.state.mandates["M-1"].status is MandateStatus.LAPSED


@pytest.mark.parametrize(
    ("who", "given", "code", "source"),
    [
        ("wfp-responder", GIVEN, "not_representative", "004 §4"),
        ("wfp-ciso", {"to": "UN", "is_provider": False}, "no_service_provider", "003 §111"),
        ("unicc-ciso", GIVEN, "no_service_provider", "003 §111"),
    ],
)
def test_each_refusal_to_give_names_its_rule(
    who: str, given: dict[str, object], code: str, source: str
) -> None:
    refused = declared(joined=("WFP", "UNICC", "UN")).refused(who, "mandate.give", **given)
    assert (type(refused), refused.code, refused.source) == (Refused, code, source)


def test_nobody_learns_of_an_incident_by_being_given_a_part_of_it() -> None:
    refused = declared(joined=("WFP",)).refused("wfp-ciso", "mandate.give", **GIVEN)
    assert (refused.code, refused.source) == ("not_a_party", "004 §5")


def test_what_was_never_given_is_neither_taken_nor_taken_back() -> None:
    here = declared(joined=("WFP", "UNICC"))
    for who, verb in (("unicc-ciso", "mandate.accept"), ("wfp-ciso", "mandate.withdraw")):
        assert type(here.refused(who, verb, organization="WFP")) is NotFound


def test_whoever_does_not_answer_for_an_organization_takes_no_mandate_back() -> None:
    here = held()
    for who in ("wfp-responder", "unicc-responder"):
        assert here.refused(who, "mandate.withdraw", organization="WFP").code == "not_representative"


def test_each_part_has_its_own_and_one_that_is_over_stands_in_no_other_s_way() -> None:
    here = offered()
    here.do("unicc-duty", "mandate.decline", organization="WFP")
    here.do("unhcr-ciso", "mandate.give", **GIVEN)
    here.do("wfp-ciso", "mandate.give", **GIVEN)
    here.do("unicc-duty", "mandate.accept", organization="WFP")
    here.do("wfp-duty", "leave")
    status = {id: mandate.status for id, mandate in here.state.mandates.items()}
    assert status == {
        "M-1": MandateStatus.DECLINED,
        "M-2": MandateStatus.OFFERED,
        "M-3": MandateStatus.LAPSED,
    }


def test_a_part_is_with_one_at_a_time_and_nobody_answers_for_others() -> None:
    here = offered()
    assert here.refused("wfp-ciso", "mandate.give", **GIVEN).code == "mandate_stands"
    assert type(here.refused("unhcr-ciso", "mandate.accept", organization="WFP")) is NotFound
    assert type(here.refused("unhcr-ciso", "mandate.withdraw", organization="WFP")) is NotFound
    assert here.refused("unicc-responder", "mandate.accept", organization="WFP").code == "not_representative"
    here.do("unicc-ciso", "mandate.accept", organization="WFP")
    assert here.refused("unicc-ciso", "mandate.accept", organization="WFP").code == "mandate_settled"


def test_it_is_for_cyber_work() -> None:
    here = asked(held(), function="physical_security")
    refused = here.refused("unicc-duty", "task.accept", task="WFP-1")
    assert (refused.code, refused.source) == ("mandate_is_for_cyber", "002 §15-16")
    here.do("wfp-duty", "task.accept", task="WFP-1")
    assert here.refused("wfp-duty", "task.assign", task="WFP-1", **naming("unicc-duty")).code == refused.code
    more = here.refused("unicc-duty", "task.add", organization="WFP", function="physical_security")
    assert more.code == refused.code


def test_a_status_call_is_answered_under_it_and_a_vote_is_not() -> None:
    here = held()
    here.do("unhcr-duty", "ask", purpose="status_call", asked=["WFP", "UNICC"], deadline_minutes=60)
    here.do("unicc-duty", "answer", consultation="C-1", option="affected", organization="WFP")
    (answer,) = here.consultation("C-1").answers
    assert (answer.organization, answer.person) == (WFP, "unicc-duty")
    here.do("unhcr-duty", "ask", purpose="vote", asked=["WFP"], deadline_minutes=60, roll={"WFP": "member"})
    refused = here.refused("unicc-ciso", "answer", consultation="C-2", option="for", organization="WFP")
    assert (refused.code, refused.source) == ("mandate_is_for_work", "004 §4, §7")
    stranger = here.refused("unhcr-ciso", "answer", consultation="C-1", option="unknown", organization="WFP")
    assert (stranger.code, stranger.source) == ("no_mandate", "004 §7")


def test_it_makes_the_provider_s_clients_no_readers() -> None:
    """What UNICC is given is UNICC's: whose part it works reads no more than before."""
    here = held()
    (given,) = here.do("unhcr-duty", "share", to=["UNICC"], sources=["UNHCR"])
    assert WFP not in given.audience
    for marking in (Marking.AMBER, Marking.AMBER_STRICT, Marking.RED):
        assert not release(given.model_copy(update={"marking": marking}), reader("wfp-ciso", here.case))
    (task,) = here.do("unicc-duty", "task.add", organization="UNICC")
    assert not release(task, reader("wfp-ciso", here.case))
