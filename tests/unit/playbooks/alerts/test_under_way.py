"""A simulation or a test under way: its own alerts are expected, for as long as it is worked, and nothing else is."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.alerts.under_way import expecting, under_way
from playbooks.domain.alert import Indicator, IndicatorKind, NormalizedAlert, Origin
from playbooks.domain.circle.service import task_for
from playbooks.domain.provenance import comes_from, stated
from playbooks.domain.routing import Declare, Match, Routing, RoutingRule, Suppress, decide
from playbooks.domain.routing import DeclareOutcome as Declares
from tests.alert_samples import an_alert
from tests.casts import Scene, declared, directory

TESTER = "203.0.113.7"
ALL = Routing(rules=(RoutingRule(name="all", why="All of it.", when=Match(), then=Declares()),))


def asked(code: str = "penetration-testing", **said: Any) -> Scene:
    """A test that was asked for, announced and accepted."""
    here = declared(joined=("WFP", "UNICC"), **said)
    (service,) = (each.model_dump(mode="json") for each in directory().services if each.code == code)
    (request,) = here.do("wfp-ciso", "service.request", service=service, membership="member")
    here.entries.extend(here.judged(task_for(here.state.services["S-1"], request)))
    here.do("unicc-duty", "service.announce", request="S-1", known_by=[TESTER, "sim.example"])
    here.do("unicc-duty", "task.accept", task="UNICC-1")
    return here


def attack(here: Scene, address: str = TESTER, organization: str = "WFP", **more: Any) -> NormalizedAlert:
    origin = Origin(ip_addresses=(address,))
    received = {"received_at": here.at, "severity": "critical"}
    return an_alert(origin=origin, organization=organization, **received, **more)


def decided(here: Scene, alert: NormalizedAlert) -> object:
    return decide(alert, expecting(ALL, under_way(here.case, here.at)))


def test_what_comes_from_the_test_is_no_incident_and_says_why() -> None:
    here = asked()
    decision = decided(here, attack(here))
    assert isinstance(decision, Suppress)
    assert (decision.rule, decision.until) == (
        "service-inc-2026-0007-s-1",
        here.at + timedelta(days=7, minutes=-1),
    )
    assert "Penetration testing of UNICC for WFP is under way (S-1 of INC-2026-0007)" in str(decision.because)


def test_an_attack_that_comes_from_elsewhere_or_hits_another_is_an_incident_all_the_while() -> None:
    here = asked()
    assert isinstance(decided(here, attack(here, "198.51.100.9")), Declare)
    assert isinstance(decided(here, attack(here, organization="UNHCR")), Declare)
    touched = an_alert(received_at=here.at, organization="WFP", affected={"ip_addresses": (TESTER,)})
    assert isinstance(decided(here, touched), Declare), "what it touches is not where it comes from"


@pytest.mark.parametrize("end", ["done", "declined", "closed", "left", "restricted", "over", "not accepted"])
def test_it_ends_with_the_service(end: str) -> None:
    here = asked()
    assert under_way(here.case, here.at)
    match end:
        case "done":
            here.do("unicc-duty", "task.done", task="UNICC-1")
        case "declined":
            here.entries[:] = [each for each in here.entries if not each.kind.endswith(":accept")]
            here.do("unicc-duty", "task.decline", task="UNICC-1")
        case "closed":
            here.do("unhcr-ciso", "close")
        case "left":
            here.do("wfp-ciso", "leave")
        case "restricted":
            here.do("unhcr-ciso", "restrict", named=["unhcr-ciso"])
        case "over":
            here.at += timedelta(days=7)
        case _:
            here.entries[:] = [each for each in here.entries if not each.kind.endswith(":accept")]
    assert not under_way(here.case, here.at)


def test_a_service_that_sets_off_no_alerts_is_never_expected() -> None:
    with pytest.raises(Exception, match="sets off no alerts"):
        asked("soc")


@pytest.mark.parametrize(
    ("value", "known", "so"),
    [
        ("203.0.113.7", "203.0.113.0/24", True),
        ("203.0.114.7", "203.0.113.0/24", False),
        ("2001:db8::1", "203.0.113.0/24", False),
        ("login.sim.example", "sim.example", True),
        ("https://login.SIM.example/a?b", "sim.example", True),
        ("boss@sim.example", "sim.example", True),
        ("notsim.example", "sim.example", False),
        ("sim.example.evil.org", "sim.example", False),
        ("boss@sim.example", "boss@sim.example", True),
        ("other@sim.example", "boss@sim.example", False),
        ("http://[", "sim.example", False),
    ],
)
def test_a_trace_lies_in_what_was_stated_or_does_not(value: str, known: str, *, so: bool) -> None:
    alert = an_alert(indicators=(Indicator(kind=IndicatorKind.OTHER, value=value),))
    assert comes_from(alert, (stated(known),)) is so


@given(value=st.text(max_size=40), known=st.text(max_size=40))
def test_whatever_is_typed_and_sent_is_compared_or_refused(value: str, known: str) -> None:
    try:
        wanted = stated(known)
    except ValueError:
        return
    assert stated(wanted) == wanted
    comes_from(an_alert(indicators=(Indicator(kind=IndicatorKind.OTHER, value=value),)), (wanted,))
