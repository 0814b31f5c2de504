"""Calling the vendor and counting its hours: by the agreement, each refusal with its source."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from playbooks.domain.circle.retainer import Clock
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.release import release
from tests.casts import NOON, Scene, agreement, command, declared, reader

TODAY = NOON.date()


def terms(**change: Any) -> dict[str, Any]:
    return agreement().model_copy(update=change).model_dump(mode="json")


def called(scene: Scene | None = None, **said: Any) -> Scene:
    here = scene or declared(joined=("WFP", "UN"))
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(), **said)
    return here


def test_the_vendor_is_called_with_the_agreement_as_it_stands() -> None:
    here = called(on_site=True)
    call = here.state.calls["V-1"]
    assert (call.agreement, call.on_site, call.called_at) == (agreement(), True, here.at)
    assert here.refused("unhcr-ciso", "retainer.activate", agreement=terms()).code == "called_already"


@pytest.mark.parametrize(
    ("who", "change", "code"),
    [
        ("unhcr-legal", {}, "not_entitled_to_call"),
        ("wfp-ciso", {}, "not_entitled_to_call"),
        ("unhcr-ciso", {"hours": {"WFP": Decimal(10)}}, "no_party_to_agreement"),
        ("unhcr-ciso", {"valid_until": date(2026, 11, 21)}, "agreement_not_valid"),
        ("unhcr-ciso", {"valid_from": date(2026, 11, 23)}, "agreement_not_valid"),
        ("unhcr-ciso", {"nda_until": None}, "no_confidentiality"),
        ("unhcr-ciso", {"nda_until": date(2026, 11, 21)}, "no_confidentiality"),
        ("unhcr-ciso", {"response": {}}, "not_promised"),
    ],
)
def test_each_refusal_names_the_agreement(who: str, change: dict[str, Any], code: str) -> None:
    refused = declared(joined=("WFP",)).refused(who, "retainer.activate", agreement=terms(**change))
    assert (refused.code, refused.source) == (code, agreement().reference)


def test_whoever_commands_the_incident_calls_whatever_her_duty_and_nobody_else_does_without_one() -> None:
    here = declared("unhcr-responder", severity="high")
    nobody = terms(activated_by=())
    assert here.refused("unhcr-ciso", "retainer.activate", agreement=nobody).code == "not_entitled_to_call"
    (call,) = here.do("unhcr-responder", "retainer.activate", agreement=nobody)
    assert call.kind == Kind.RETAINER_CALL


def test_an_agreement_holds_on_its_first_and_its_last_day() -> None:
    """And so does the vendor's duty of confidentiality."""
    for change in ("valid_from", "valid_until", "nda_until"):
        (call,) = declared().do("unhcr-ciso", "retainer.activate", agreement=terms(**{change: TODAY}))
        assert call.kind == Kind.RETAINER_CALL


def test_without_an_agreement_nobody_is_called() -> None:
    assert declared().refused("unhcr-ciso", "retainer.activate").code == "no_agreement"


def test_nobody_is_sent_where_the_agreement_sends_nobody() -> None:
    here = declared(severity="medium")
    assert (
        here.refused("unhcr-ciso", "retainer.activate", agreement=terms(), on_site=True).code
        == "not_promised"
    )
    called(here)


@pytest.mark.parametrize(
    ("who", "said", "needed", "fresh"),
    [
        ("unhcr-ciso", {"agreement": terms(approvals=1)}, 1, False),
        ("unhcr-ciso", {"agreement": terms(approvals=2)}, 2, True),
        ("unhcr-ciso", {"agreement": terms(), "used": {"UNHCR": "80"}}, 1, False),
        ("playbook of UNHCR", {"agreement": terms(), "asked_by": "unhcr-duty"}, 1, False),
    ],
)
def test_who_must_agree_is_asked_first(who: str, said: dict[str, Any], needed: int, *, fresh: bool) -> None:
    here = declared()
    (question,) = here.do(who, "retainer.activate", **said)
    assert question.kind == Kind.QUESTION_OPEN
    assert (question.data["needed"], question.data.get("fresh", False)) == (needed, fresh)
    assert (question.data["asked"], question.data["by_person"]) == (["UNHCR"], True)
    assert question.data["asked_by"] == ("unhcr-duty" if "asked_by" in said else who)
    assert not here.state.calls


def test_a_person_asks_in_her_own_name_whatever_she_says() -> None:
    """Who asks does not agree (ISO/IEC 27002:2022, 5.3): nobody asks in another's name to agree herself."""
    asked: dict[str, Any] = {"agreement": terms(approvals=1), "asked_by": "unhcr-duty"}
    (question,) = declared().do("unhcr-ciso", "retainer.activate", **asked)
    assert question.data["asked_by"] == "unhcr-ciso"


def test_once_who_must_agree_has_agreed_the_vendor_is_called_and_nobody_is_asked_again() -> None:
    here = declared()
    (question,) = here.do(
        "unhcr-ciso", "retainer.activate", agreement=terms(approvals=1), on_site=True, used={"UNHCR": "80"}
    )
    assert question.data["overdrawn"] is True
    (call,) = here.judged(here.agreed())
    assert call.kind == Kind.RETAINER_CALL
    assert (call.data["agreed"], call.data["on_site"]) == ("C-1", True)
    assert call.data["telephone"] == agreement().telephone


def test_hours_are_used_up_when_none_is_left_and_not_before() -> None:
    here = declared()
    said: dict[str, Any] = {"agreement": terms(approvals=1)}
    for used, overdrawn in (("79.75", None), ("80", True), ("81", True)):
        (question,) = here.judged(
            command("c", "retainer.activate", "unhcr-ciso", **said, used={"UNHCR": used})
        )
        assert question.data.get("overdrawn") is overdrawn
    (plain,) = here.do("unhcr-ciso", "retainer.activate", agreement=terms(), used={"UNHCR": "79.75"})
    assert plain.kind == Kind.RETAINER_CALL
    assert "on_site" not in plain.data


def test_each_agreement_s_vendor_is_called_by_itself() -> None:
    here = called()
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(code="IR-OTHER", telephone=""))
    assert [each.agreement.code for each in here.state.calls.values()] == ["IR-EXAMPLE", "IR-OTHER"]
    assert "telephone" not in here.entries[-1].data
    again = here.refused("unhcr-ciso", "retainer.activate", agreement=terms(code="IR-OTHER"))
    assert again.code == "called_already"


def test_hours_are_written_down_for_a_party_and_confirmed_by_somebody_else_of_it() -> None:
    here = called()
    here.do("unhcr-duty", "retainer.hours", hours="6.5", organization="WFP")
    assert here.refused("unhcr-ciso", "retainer.confirm", what="H-1").code == "not_own_hours"
    (confirmed,) = here.do("wfp-duty", "retainer.confirm", what="H-1")
    assert (confirmed.data["cost"], confirmed.data["currency"]) == ("2015.00", "USD")
    assert here.refused("wfp-ciso", "retainer.confirm", what="H-1").code == "confirmed_already"
    here.do("wfp-duty", "retainer.hours", hours="1")
    assert here.refused("wfp-duty", "retainer.confirm", what="H-2").code == "second_person"
    assert here.refused("wfp-duty", "retainer.confirm", what="H-9").code == "no_hours"
    assert here.refused("oict-ciso", "retainer.hours", hours="1").code == "no_party_to_agreement"
    assert here.refused("wfp-duty", "retainer.hours", hours="0.1").code == "bad_hours"


def test_hours_used_elsewhere_count_for_warnings_and_for_what_is_left() -> None:
    here = called()
    entries = here.do("wfp-duty", "retainer.hours", hours="10", used={"WFP": "98"})
    assert [(each.kind, each.data.get("per_cent")) for each in entries] == [
        (Kind.HOURS_LOG, None),
        (Kind.HOURS_WARN, 90),
    ]
    (question,) = here.do("wfp-duty", "retainer.hours", hours="12.25", used={"WFP": "98"})
    assert (question.kind, question.data["asked"], question.data["left"]) == (
        Kind.QUESTION_OPEN,
        ["WFP"],
        "12",
    )
    assert here.do("wfp-duty", "retainer.hours", hours="12", used={"WFP": "98"})[0].kind == Kind.HOURS_LOG


def test_hours_beyond_what_is_left_are_written_down_as_such_once_their_organization_agreed() -> None:
    here = called()
    (question,) = here.do(
        "unhcr-duty", "retainer.hours", hours="12.25", organization="WFP", used={"WFP": "108"}
    )
    assert (question.data["needed"], question.data["asked"]) == (1, ["WFP"])
    (logged, *_) = here.judged(here.agreed())
    assert (logged.kind, logged.data["overdrawn"]) == (Kind.HOURS_LOG, True)
    assert (logged.data["agreed"], logged.data["hours_id"]) == ("C-1", "H-1")
    (within, *_) = here.do(
        "unhcr-duty", "retainer.hours", hours="12", organization="WFP", used={"WFP": "108"}
    )
    assert "overdrawn" not in within.data


def test_of_two_calls_one_is_named_and_a_call_that_is_closed_is_none() -> None:
    here = called()
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(code="IR-OTHER"))
    assert here.refused("unhcr-duty", "retainer.hours", hours="1").code == "no_call"
    here.do("unhcr-duty", "retainer.hours", hours="1", call="V-2")
    assert [list(each.logged) for each in here.state.calls.values()] == [[], ["H-1"]]
    here.do("unhcr-ciso", "retainer.close", call="V-1")
    assert here.refused("unhcr-duty", "retainer.hours", hours="1", call="V-1").code == "no_call"
    here.do("unhcr-duty", "retainer.hours", hours="1")
    assert list(here.state.calls["V-2"].logged) == ["H-1", "H-2"], "the only one that is open"


def test_hours_that_are_asked_for_of_another_call_keep_none_from_being_closed() -> None:
    here = called()
    here.do("unhcr-ciso", "retainer.activate", agreement=terms(code="IR-OTHER"))
    here.do("unhcr-duty", "retainer.hours", hours="81", call="V-2")
    here.do("unhcr-ciso", "retainer.close", call="V-1")
    assert here.refused("unhcr-ciso", "retainer.close", call="V-2").code == "hours_asked_for"


def test_who_came_at_the_last_moment_is_not_late_and_nobody_came_before_she_was_called() -> None:
    here = called()
    call = here.state.calls["V-1"]
    here.at = call.owed[Clock.REMOTE]
    (met,) = here.do(
        "unhcr-duty", "retainer.confirm", what="remote", happened_at=call.owed[Clock.REMOTE].isoformat()
    )
    assert "late" not in met.data
    assert met.data["owed_at"] == call.owed[Clock.REMOTE].isoformat()
    before = call.called_at - timedelta(seconds=1)
    said: dict[str, Any] = {"what": "acknowledged", "happened_at": before.isoformat()}
    assert here.refused("unhcr-duty", "retainer.confirm", **said).code == "bad_time"
    here.do("unhcr-duty", "retainer.confirm", **{**said, "happened_at": call.called_at.isoformat()})
    assert here.refused("unhcr-duty", "retainer.confirm", what="remote").code == "confirmed_already"
    (now,) = here.judged(command("c", "retainer.confirm", "unhcr-duty", at=here.at, what="on_site"))
    assert "owed_at" not in now.data, "what nobody promised is late for nobody"


def test_what_is_written_down_is_for_the_lead_and_its_parties_and_of_a_restricted_incident_for_the_named() -> (
    None
):
    here = called()
    (hours,) = here.do("unhcr-duty", "retainer.hours", hours="1")
    assert hours.audience == ("UNHCR", "WFP"), "UN takes part and is no party to the agreement"
    here.do("unhcr-duty", "restrict", named=["unhcr-duty"])
    (hidden,) = here.do("unhcr-duty", "retainer.hours", hours="1")
    assert hidden.audience == ("person:unhcr-duty",)


def test_when_the_vendor_came_is_kept_and_said_to_be_late_when_it_was() -> None:
    here = called()
    (early,) = here.do("unhcr-duty", "retainer.confirm", what="acknowledged")
    assert "late" not in early.data
    here.at = here.state.calls["V-1"].called_at.replace(hour=16)
    (late,) = here.do("unhcr-duty", "retainer.confirm", what="remote")
    assert late.data["late"] is True
    for at in (here.at.replace(hour=23), here.at.replace(hour=11)):
        refused = here.refused("unhcr-duty", "retainer.confirm", what="on_site", happened_at=at.isoformat())
        assert refused.code == "bad_time"


def test_a_call_is_closed_with_a_statement_once_all_its_hours_are_confirmed() -> None:
    here = called()
    here.do("unhcr-duty", "retainer.hours", hours="6.5", organization="WFP")
    here.do("unhcr-duty", "retainer.hours", hours="2")
    assert here.refused("unhcr-ciso", "retainer.close").code == "hours_unconfirmed"
    here.do("wfp-duty", "retainer.confirm", what="H-1")
    here.do("unhcr-ciso", "retainer.confirm", what="H-2")
    (closed,) = here.do("unhcr-ciso", "retainer.close")
    assert closed.data["statement"] == [
        {"organization": "UNHCR", "hours": "2", "cost": "620.00", "currency": "USD"},
        {"organization": "WFP", "hours": "6.5", "cost": "2015.00", "currency": "USD"},
    ]
    assert (closed.data["hours"], closed.data["cost"]) == ("8.5", "2635.00")
    assert here.refused("unhcr-duty", "retainer.hours", hours="1").code == "no_call"
    called(here)


def test_what_an_agreement_costs_is_for_its_parties_alone() -> None:
    here = called()
    told = [entry for entry in here.entries if entry.kind == Kind.RETAINER_CALL]
    for entry in told:
        assert entry.marking is Marking.AMBER_STRICT
        assert release(entry, reader("wfp-ciso", here.case))
        assert not release(entry, reader("oict-ciso", here.case))


def test_a_call_is_not_closed_over_hours_that_somebody_is_still_asked_for() -> None:
    here = called()
    (question,) = here.do("unhcr-duty", "retainer.hours", hours="12", organization="WFP", used={"WFP": "110"})
    id = question.data["consultation"]
    refused = here.refused("unhcr-ciso", "retainer.close")
    assert (refused.code, id in str(refused.sentence)) == ("hours_asked_for", True)
    assert here.state.awaited[id].args["call"] == "V-1", "also where another call is made meanwhile"
    closed = {"consultation": id, "outcome": "rejected", "counts": {}, "missing": []}
    here.entries.append(
        question.model_copy(update={"id": "closed", "kind": Kind.QUESTION_CLOSE, "data": closed})
    )
    here.do("unhcr-ciso", "retainer.close")
