"""Asking for a shared service: as the catalogue states it, by who may; its costs at the rate that was stated."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from playbooks.directory import load_directory, shipped_organizations
from playbooks.domain.catalogue import Service
from playbooks.domain.circle.service import ServiceRequest, task_for
from playbooks.domain.errors import Malformed
from playbooks.domain.kinds import Kind
from playbooks.domain.membership import Membership
from tests.casts import UNHCR, UNICC, WFP, Scene, actor, declared, directory

RATED: dict[str, Any] = {"rate": Decimal(120), "currency": "USD", "answer_minutes": 60}


def service(code: str = "incident-response", **more: Any) -> dict[str, Any]:
    (found,) = (each for each in directory().services if each.code == code)
    return Service.model_validate({**found.model_dump(), **more}).model_dump(mode="json")


def requested(**more: Any) -> Scene:
    here = declared(joined=("WFP", "UNICC"))
    here.do("wfp-ciso", "service.request", service=service(**more), membership="member")
    return here


def worked(here: Scene) -> Scene:
    """The task that the request becomes is put to UNICC's part, as the incident's workflow does."""
    asked = here.entries[-1]
    here.entries.extend(here.judged(task_for(here.state.services["S-1"], asked)))
    return here


def test_the_catalogue_is_the_document_s_list_and_an_installation_adds_rates_and_clocks() -> None:
    shipped = directory().services
    assert len(shipped) == 13, "003 §144: 13 specialized services"
    assert all((each.provider, each.rate, each.answer_minutes) == (UNICC, None, None) for each in shipped)
    own = b"services: [{code: soc, rate: 95.5, currency: EUR, entitled: [member], answer_minutes: 30}]"
    (soc,) = (each for each in load_directory(shipped_organizations(), own).services if each.code == "soc")
    assert (soc.name, str(soc.rate), soc.entitled) == (
        "Security Operations Centre",
        "95.50",
        (Membership.MEMBER,),
    )
    rates = (b"{code: soc, rate: %s, currency: EUR}" % rate for rate in (b"-1", b"95.505"))
    for wrong in (b"{code: soc, rate: 95.5}", b"{code: new-one}", *rates):
        with pytest.raises(Malformed):
            load_directory(shipped_organizations(), b"services: [" + wrong + b"]")


def test_a_service_is_worked_as_a_task_that_the_provider_accepts_and_whoever_asked_hears_of_it() -> None:
    here = worked(requested(**RATED))
    task = here.task("UNICC-1")
    assert (task.status, task.requested_by, task.origin) == ("requested", WFP, "service/S-1")
    assert task.due_at is not None
    assert (task.due_at - here.entries[-1].at).total_seconds() == 3600
    (accepted,) = here.do("unicc-duty", "task.accept", task="UNICC-1")
    assert accepted.audience == (UNICC, UNHCR, WFP)
    (done,) = here.do("unicc-duty", "task.done", task="UNICC-1")
    assert WFP in done.audience


def test_what_is_declined_is_heard_of_too_and_how_it_is_assigned_is_not() -> None:
    here = worked(requested())
    (declined,) = here.do("unicc-duty", "task.decline", task="UNICC-1")
    assert declined.audience == (UNICC, UNHCR, WFP)
    other = worked(requested())
    named: dict[str, Any] = {
        "person": "unicc-responder",
        "person_organization": "UNICC",
        "person_office": None,
    }
    (assigned,) = other.do("unicc-duty", "task.assign", task="UNICC-1", **named)
    assert assigned.audience == (UNICC, UNHCR)


@pytest.mark.parametrize(
    ("who", "said", "code", "source"),
    [
        ("wfp-responder", {"membership": "member"}, "not_representative", "004 §4"),
        (
            "wfp-ciso",
            {"membership": "observer", "entitled": ["member"]},
            "not_entitled_to_service",
            "003 §143",
        ),
        ("unicc-ciso", {"membership": "observer"}, "not_entitled_to_service", "003 §143"),
    ],
)
def test_who_may_not_ask_is_told_why(who: str, said: dict[str, Any], code: str, source: str) -> None:
    entitled = said.get("entitled", ["member", "observer"])
    asked = {"service": service(entitled=entitled), "membership": said["membership"]}
    refused = declared(joined=("WFP", "UNICC")).refused(who, "service.request", **asked)
    assert (refused.code, refused.source) == (code, source)


def test_a_provider_that_takes_no_part_is_told_nothing() -> None:
    refused = declared(joined=("WFP",)).refused(
        "wfp-ciso", "service.request", service=service(), membership="member"
    )
    assert (refused.code, refused.source) == ("not_a_party", "004 §5")


def test_what_it_costs_is_borne_by_who_asked_at_the_rate_that_was_stated() -> None:
    here = requested(**RATED)
    said: dict[str, Any] = {"request": "S-1", "is_provider": True}
    for more in ({"rate": "130"}, {"currency": "EUR"}, {"amount": "700"}):
        refused = here.refused("unicc-duty", "cost.log", hours="6", **said, **more)
        assert (refused.code, refused.source) == ("stated_rate", "003 §143")
    here.do("unicc-duty", "cost.log", hours="6", rate="120.00", currency="usd", **said)
    cost = here.state.costs["K-1"]
    assert (cost.service, cost.currency, cost.shares[WFP].amount) == ("S-1", "USD", Decimal(720))
    assert here.refused("wfp-duty", "cost.log", hours="1", request="S-1").code == "no_service"
    assert (
        here.refused("unicc-duty", "cost.log", hours="1", request="S-2", is_provider=True).code
        == "no_service"
    )


def test_a_request_keeps_its_terms_when_the_catalogue_changes() -> None:
    assert requested(**RATED).state.services["S-1"].service == Service.model_validate(service(**RATED))


def test_a_playbook_asks_for_the_lead_once_one_person_of_it_agreed_and_at_the_rate_that_she_was_told() -> (
    None
):
    here = declared(joined=("WFP", "UNICC"))
    said: dict[str, Any] = {"service": service(**RATED), "membership": "member", "origin": "run|1"}
    (question,) = here.do("playbook of UNHCR", "service.request", **said)
    assert (question.data["asked"], question.data["needed"]) == (["UNHCR"], 1)
    assert (question.data["rate"], question.data["currency"]) == ("120.00", "USD")
    (request,) = here.judged(here.agreed())
    assert (request.kind, request.data["organization"], request.data["waits"]) == (
        Kind.SERVICE_REQUEST,
        UNHCR,
        "run|1",
    )
    assert (request.data["rate"], request.data["currency"], request.data["agreed"]) == (
        "120.00",
        "USD",
        "C-1",
    )


FROM: dict[str, Any] = {"request": "S-1", "known_by": ["203.0.113.7", "Awareness.example"]}


def test_the_provider_says_by_what_its_simulation_is_known_and_for_how_long() -> None:
    here = requested(code="phishing-simulation")
    assert not here.state.services["S-1"].is_expected(here.at)
    (told,) = here.do("unicc-duty", "service.announce", **FROM)
    assert told.audience == (WFP, UNICC)
    announced = here.state.services["S-1"].announced
    assert announced is not None
    assert announced.known_by == ("203.0.113.7/32", "awareness.example")
    assert announced.until - told.at == timedelta(days=7)
    expected = here.state.services["S-1"].is_expected
    assert expected(told.at)
    assert not expected(announced.until)
    here.do("unicc-ciso", "service.announce", **{**FROM, "until_minutes": 60})
    again = here.state.services["S-1"].announced
    assert again is not None
    assert again.until < announced.until, "what was said last holds"


def test_alerts_are_expected_for_thirty_days_at_most_and_from_fifty_places_at_most() -> None:
    here = requested(code="phishing-simulation")
    places = [f"203.0.113.{number}" for number in range(51)]
    (told,) = here.do(
        "unicc-duty", "service.announce", request="S-1", known_by=places[:50], until_minutes=30 * 24 * 60
    )
    assert len(told.data["known_by"]) == 50
    too_much: tuple[dict[str, Any], ...] = ({"known_by": places}, {"until_minutes": 30 * 24 * 60 + 1})
    for wrong in too_much:
        assert type(here.refused("unicc-duty", "service.announce", **{**FROM, **wrong})) is Malformed


@pytest.mark.parametrize(
    ("who", "said", "code"),
    [
        ("wfp-ciso", {}, "not_representative"),
        ("unicc-responder", {}, "not_representative"),
        ("unicc-duty", {"request": "S-2"}, "not_found"),
        ("unicc-duty", {"until_minutes": 31 * 24 * 60}, "bad_span"),
        ("unicc-duty", {"known_by": []}, "bad_origin"),
        ("unicc-duty", {"known_by": ["10.0.0.0/8"]}, "bad_origin"),
        ("unicc-duty", {"known_by": ["org"]}, "bad_origin"),
    ],
)
def test_what_cannot_be_announced_is_refused(who: str, said: dict[str, Any], code: str) -> None:
    assert (
        requested(code="phishing-simulation").refused(who, "service.announce", **{**FROM, **said}).code
        == code
    )


def test_only_a_simulation_or_a_test_is_announced_and_of_a_restricted_incident_none() -> None:
    assert requested().refused("unicc-duty", "service.announce", **FROM).code == "sets_off_no_alerts"
    here = requested(code="penetration-testing")
    here.do("unhcr-ciso", "restrict", named=["unhcr-ciso", "unicc-duty"])
    assert here.refused("unicc-duty", "service.announce", **FROM).code == "restricted"


STEP = "run/INC-2026-0001/R-1|action--1#1:1"


def asked_by_a_step(here: Scene, **more: Any) -> Scene:
    said: dict[str, Any] = {"service": service(**more), "membership": "member"}
    said |= {"asked_by": "unhcr-duty", "origin": STEP}
    here.do("playbook of UNHCR", "service.request", **said)
    return here


def test_a_step_asks_for_the_lead_and_who_answers_for_it_agrees_first() -> None:
    here = asked_by_a_step(declared(joined=("WFP", "UNICC")), **RATED)
    question = here.entries[-1]
    assert (question.kind, question.data["asked"]) == (Kind.QUESTION_OPEN, [UNHCR])
    assert question.data["asked_by"] == "unhcr-duty", "who had it run agrees to none of it"
    assert {name: question.data[name] for name in ("service", "provider", "rate", "currency")} == {
        "service": "incident-response",
        "provider": UNICC,
        "rate": "120.00",
        "currency": "USD",
    }
    assert not here.state.services


def test_what_a_step_asked_for_is_a_task_that_tells_the_step() -> None:
    here = declared(joined=("UNICC",))
    request = ServiceRequest.model_validate(
        {**requested().state.services["S-1"].model_dump(), "waits": STEP, "organization": UNHCR}
    )
    asked = here.entries[-1].model_copy(update={"actor": actor("playbook of UNICC")})
    task = task_for(request, asked)
    assert task.args["origin"] == STEP
    assert task.actor.organization == UNHCR, "the provider accepts it, whoever had the playbook run"


def test_a_step_that_asks_no_longer_takes_back_its_question() -> None:
    here = asked_by_a_step(declared(joined=("UNICC",)))
    (closed,) = here.do("playbook of UNHCR", "ask.withdraw", origin=STEP)
    assert (closed.kind, closed.data["outcome"]) == (Kind.QUESTION_CLOSE, "withdrawn")
    assert here.refused("playbook of UNHCR", "ask.withdraw", origin=STEP).code == "question_closed"


def test_a_machine_is_held_to_the_same_rules_and_a_code_that_is_not_catalogued_is_said_to_be_none() -> None:
    here = declared(joined=("WFP",))
    said: dict[str, Any] = {"service": service(), "membership": "member"}
    assert here.refused("playbook of UNHCR", "service.request", **said).code == "not_a_party"
    here = declared(joined=("UNICC",))
    said = {"service": service(entitled=["member"]), "membership": "observer"}
    assert here.refused("playbook of UNHCR", "service.request", **said).code == "not_entitled_to_service"
    assert here.refused("playbook of UNHCR", "service.request", service="no-such").code == "no_service"
