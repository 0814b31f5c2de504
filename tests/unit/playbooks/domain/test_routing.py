from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from ruamel.yaml import YAML

from playbooks.domain.alert import Affected, AlertSeverity, AlertStatus, NormalizedAlert
from playbooks.domain.grouping import DEFAULT_GROUPING
from playbooks.domain.incident import Severity
from playbooks.domain.routing import Attach, Declare, Match, Routing, Suppress, Triage, decide
from tests.alert_samples import an_alert

FILE = Path(__file__).parents[4] / "playbooks" / "library" / "routing" / "default.yaml"
SHIPPED = Routing.model_validate(YAML(typ="safe").load(FILE))

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
NEVER = datetime(2100, 1, 1, tzinfo=UTC)

ALERTS = st.builds(
    an_alert,
    severity=st.sampled_from(AlertSeverity),
    status=st.sampled_from(AlertStatus),
    is_test=st.booleans(),
    tactics=st.sampled_from([(), ("TA0040",), ("TA0001",)]),
    techniques=st.sampled_from([(), ("T1486",), ("T1490.001",)]),
    title=st.sampled_from(["Ransomware", "Something"]),
)


def rules(**members: Any) -> Routing:
    return Routing.model_validate({"rules": [{"name": "own", "why": "because", **members}]})


@pytest.mark.parametrize(
    ("members", "rule", "playbook"),
    [
        ({"severity": "critical", "tactics": ("TA0040",)}, "ransomware", "ransomware"),
        ({"severity": "high", "tactics": ("TA0040",)}, "ransomware", "ransomware"),
        ({"severity": "high", "techniques": ("T1486",)}, "ransomware-technique", "ransomware"),
        ({"severity": "high", "title": "RANSOMWARE behaviour"}, "ransomware-by-name", "ransomware"),
        ({"severity": "critical"}, "critical", None),
    ],
)
def test_the_rules_that_ship_declare(members: dict[str, Any], rule: str, playbook: str | None) -> None:
    decision = decide(an_alert(**members), SHIPPED)
    assert isinstance(decision, Declare)
    assert (decision.rule, decision.playbook) == (rule, playbook)
    assert decision.severity.value == members["severity"]


@pytest.mark.parametrize(
    "members",
    [
        {"severity": "high"},
        {"severity": "unknown", "tactics": ("TA0040",)},
        {"severity": "medium", "title": "ransom"},
        {},
    ],
)
def test_the_rules_that_ship_leave_the_rest_to_a_person(members: dict[str, Any]) -> None:
    assert isinstance(decide(an_alert(**members), SHIPPED), Triage)


def test_the_grouping_that_ships_is_the_default() -> None:
    assert SHIPPED.grouping == DEFAULT_GROUPING


@given(ALERTS, st.sampled_from([None, "UN-2026-7"]))
def test_no_test_and_nothing_resolved_ever_declares(
    alert: NormalizedAlert, open_incident: str | None
) -> None:
    everything = rules(then={"declare": True})
    for routing in (SHIPPED, everything):
        decision = decide(alert, routing, open_incident)
        if alert.is_test:
            assert isinstance(decision, Triage)
            assert decision.is_test
        elif open_incident:
            assert isinstance(decision, Attach)
            assert decision.incident == open_incident
        elif alert.status is AlertStatus.RESOLVED:
            assert isinstance(decision, Triage)


@given(ALERTS)
def test_every_decision_says_which_rule_and_why(alert: NormalizedAlert) -> None:
    decision = decide(alert, SHIPPED)
    assert decision.rule
    assert str(decision.because).endswith(".")
    assert decision == decide(alert, SHIPPED)


@pytest.mark.parametrize(
    ("asked", "members", "holds"),
    [
        ({}, {}, True),
        ({"formats": ["wazuh"]}, {}, False),
        ({"formats": ["wazuh", "generic"]}, {}, True),
        ({"severities": ["low"]}, {"severity": "low"}, True),
        ({"severities": ["low"]}, {"severity": "high"}, False),
        ({"at_least": "medium"}, {"severity": "unknown"}, False),
        ({"techniques": ["T1059"]}, {"techniques": ("T1059.001",)}, True),
        ({"techniques": ["T1059.001"]}, {"techniques": ("T1059",)}, False),
        ({"organizations": ["WFP"]}, {"organization": "WFP"}, True),
        ({"organizations": ["WFP"]}, {}, False),
        ({"is_test": True}, {}, False),
        ({"is_test": False}, {}, True),
        ({"words": ["SOMETHING"]}, {}, True),
        ({"words": ["nothing"]}, {}, False),
        ({"tactics": ["TA0001"], "severities": ["low"]}, {"tactics": ("TA0001",)}, False),
    ],
)
def test_all_that_is_asked_must_hold(asked: dict[str, Any], members: dict[str, Any], holds: bool) -> None:  # noqa: FBT001  what is asked is a yes or no
    assert Match.model_validate(asked).holds(an_alert(**members)) is holds


def test_the_first_rule_that_matches_decides() -> None:
    routing = Routing.model_validate(
        {
            "rules": [
                {"name": "quiet", "why": "known", "when": {"words": ["something"]}, "then": {"triage": True}},
                {"name": "loud", "why": "all", "then": {"declare": True, "severity": "low"}},
            ]
        }
    )
    assert decide(an_alert(), routing) == Triage(rule="quiet", because="known")
    decision = decide(an_alert(title="else", severity="critical"), routing)
    assert isinstance(decision, Declare)
    assert decision.severity is Severity.LOW


@pytest.mark.parametrize(
    "members",
    [
        {"then": {"page": True}},
        {"then": {"declare": True, "playbook": "../x"}},
        {"then": {"declare": True}, "when": {"severity": ["high"]}},
        {"then": {"declare": True}, "why": ""},
        {},
    ],
)
def test_a_rule_that_is_wrong_is_refused(members: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        rules(**members)


def test_two_rules_of_one_name_are_refused() -> None:
    rule = {"name": "a", "why": "b", "then": {"triage": True}}
    with pytest.raises(ValidationError, match="name of its own"):
        Routing.model_validate({"rules": [rule, rule]})


def suppressing(**more: Any) -> Routing:
    window = {"since": NOON - timedelta(hours=1), "until": NOON + timedelta(hours=1)}
    return rules(then={"suppress": True}, **(window | more))


def test_a_rule_that_suppresses_holds_for_its_time_and_no_longer() -> None:
    within = an_alert(received_at=NOON, severity="critical")
    decision = decide(within, suppressing())
    assert isinstance(decision, Suppress)
    assert decision.until == NOON + timedelta(hours=1)
    for at in (NOON - timedelta(hours=2), NOON + timedelta(hours=1)):
        assert decide(an_alert(received_at=at), suppressing()).rule == "no-rule"


def test_a_rule_that_suppresses_must_end() -> None:
    with pytest.raises(ValidationError, match="until"):
        suppressing(until=None)
    with pytest.raises(ValidationError, match="before"):
        suppressing(since=NOON + timedelta(hours=2))


@pytest.mark.parametrize(
    ("where", "holds"),
    [
        ("alert.severity == 'high' && alert.affected.hosts.exists(h, h.startsWith('scan-'))", True),
        ("size(alert.techniques) > 2", False),
        ("alert.title.matches('(?i)ransom')", True),
        ("'WFP' == alert.organization", False),
    ],
)
def test_an_expression_says_what_the_fields_cannot(where: str, *, holds: bool) -> None:
    alert = an_alert(severity="high", title="Ransomware", affected=Affected(hosts=("a", "scan-1")))
    assert Match(where=where).holds(alert) is holds


@pytest.mark.parametrize(
    ("where", "fault"),
    [
        ("alert.severity ==", "cannot be read"),
        ("alert.nothing == 1", "nothing"),
        ("user.name == 'x'", "user"),
        ("1 + 1", "neither true nor false"),
        ("'x' * 3000 == ''" + " " * 2000, "at most"),
    ],
)
def test_an_expression_that_cannot_work_is_refused_when_the_rules_are_read(where: str, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Match(where=where)


def test_a_rule_that_fails_for_an_alert_leaves_it_to_a_person_who_reads_why() -> None:
    strict = rules(when={"where": "alert.rule_id.startsWith('R-')"}, then={"suppress": True}, until=NEVER)
    decision = decide(an_alert(rule_id=None), strict)
    assert isinstance(decision, Triage)
    assert "The rule own failed" in str(decision.because)


def test_rules_are_told_apart_by_what_they_say() -> None:
    assert SHIPPED.identity != suppressing().identity
    assert SHIPPED.identity == SHIPPED.model_copy(deep=True).identity
