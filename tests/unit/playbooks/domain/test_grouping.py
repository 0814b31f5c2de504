from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.alert import AlertSeverity, AlertStatus
from playbooks.domain.grouping import (
    GroupField,
    Grouping,
    GroupRule,
    delivery_key,
    escalates,
    fingerprint,
    group_key,
    group_rule,
    holder,
    subject,
)
from playbooks.domain.ids import OrganizationCode
from tests.alert_samples import an_alert

WFP, UNICC = OrganizationCode("WFP"), OrganizationCode("UNICC")
NAMES = st.lists(st.sampled_from(["gva-1", "GVA-1", "rome-2", "nbo-3", "vie-4"]), unique=True, max_size=4)


def test_a_retry_is_the_same_delivery_and_a_change_is_not() -> None:
    sent = an_alert(severity="high")
    assert delivery_key(sent) == delivery_key(an_alert(severity="high", title="reworded"))
    for change in (
        {"status": AlertStatus.RESOLVED},
        {"severity": "critical"},
        {"occurrence": "2"},
        {"source_id": "b"},
    ):
        assert delivery_key(sent) != delivery_key(an_alert(**{"severity": "high", **change}))


def test_the_same_seen_again_has_the_same_fingerprint_whatever_its_id_time_and_severity() -> None:
    first = an_alert(affected={"hosts": ["GVA-1"]}, severity="low")
    again = an_alert(
        affected={"hosts": ["gva-1"]}, severity="high", source_id="b", status="resolved", raw_sha256="1" * 64
    )
    assert fingerprint(first) == fingerprint(again)


@pytest.mark.parametrize(
    "other",
    [{"rule_id": "R-2"}, {"affected": {"hosts": ["x"]}}, {"organization": "WFP"}, {"format": "wazuh"}],
)
def test_another_detection_or_another_host_is_another_thing(other: dict[str, Any]) -> None:
    assert fingerprint(an_alert()) != fingerprint(an_alert(**other))


@given(NAMES, NAMES)
def test_the_order_in_which_hosts_and_users_are_listed_plays_no_part(
    hosts: list[str], users: list[str]
) -> None:
    one = an_alert(affected={"hosts": hosts, "users": users})
    other = an_alert(affected={"hosts": hosts[::-1], "users": users[::-1]})
    assert fingerprint(one) == fingerprint(other)
    assert group_key(one) == group_key(other)


def test_alerts_about_one_host_are_one_group_whatever_found_them() -> None:
    one = an_alert(affected={"hosts": ["gva-1"]})
    other = an_alert(affected={"hosts": ["GVA-1"], "users": ["x"]}, rule_id="R-2", format="wazuh")
    assert group_key(one) == group_key(other)


def test_impact_across_the_machines_of_an_organization_is_one_attack() -> None:
    storm = [
        an_alert(
            affected={"hosts": [f"h-{n}"]}, tactics=("TA0040",), organization="WFP", correlation_uid=f"{n}"
        )
        for n in range(50)
    ]
    assert len({group_key(alert) for alert in storm}) == 1
    assert group_key(storm[0]) != group_key(an_alert(tactics=("TA0040",), organization="WHO"))


def test_what_the_source_groups_stays_together_and_apart_from_other_sources() -> None:
    one, other = an_alert(correlation_uid="7", rule_id="a"), an_alert(correlation_uid="7", rule_id="b")
    assert group_key(one) == group_key(other)
    assert group_key(one) != group_key(an_alert(correlation_uid="7", format="wazuh"))


def test_tests_have_groups_of_their_own() -> None:
    assert group_key(an_alert(is_test=True)) != group_key(an_alert())


def test_unknown_bodies_are_the_same_only_when_they_are_identical() -> None:
    one = an_alert(format="unknown", title="Alert", raw_sha256="1" * 64)
    assert group_key(one) != group_key(an_alert(format="unknown", title="Alert", raw_sha256="2" * 64))
    assert fingerprint(one) == fingerprint(an_alert(format="unknown", title="Alert", raw_sha256="1" * 64))


@pytest.mark.parametrize("field", GroupField)
def test_groups_can_be_made_by_every_field(field: GroupField) -> None:
    grouping = Grouping(rules=(GroupRule(name="own", by=(field,)),))
    members = {
        "organization": "WFP",
        "correlation_uid": "c",
        "tactics": ("TA0001",),
        "affected": {"hosts": ["h"], "users": ["u"]},
        "indicators": [{"kind": "domain", "value": "d.example"}],
    }
    assert group_rule(an_alert(), grouping).name == "own"
    assert group_key(an_alert(**members), grouping) != group_key(an_alert(title="y", rule_id="z"), grouping)


def test_a_rule_that_needs_what_an_alert_lacks_passes_it_on() -> None:
    grouping = Grouping(rules=(GroupRule(name="by-user", by=(GroupField.USER,), needs=(GroupField.USER,)),))
    assert group_rule(an_alert(), grouping).name == "subject"


def test_the_subject_is_the_strongest_thing_known() -> None:
    assert subject(an_alert(affected={"users": ["u"], "hosts": ["b", "A"]})) == "host:a"
    assert subject(an_alert(affected={"users": ["u"]})) == "user:u"
    assert subject(an_alert(origin={"ip_addresses": ["203.0.113.1"]})) == "address:203.0.113.1"
    assert subject(an_alert()) == "rule:generic|R-1"


@given(st.lists(st.tuples(NAMES, st.booleans(), st.sampled_from(["", "WFP", "WHO"])), min_size=1, max_size=5))
def test_every_alert_is_in_one_group_in_whatever_order_they_come(
    seen: list[tuple[list[str], bool, str]],
) -> None:
    alerts = [
        an_alert(affected={"hosts": hosts}, tactics=("TA0040",) if impact else (), organization=code or None)
        for hosts, impact, code in seen
    ]
    first = {id(alert): group_key(alert) for alert in alerts}
    assert all(first.values())
    for order in list(permutations(alerts))[:20]:
        assert {id(alert): group_key(alert) for alert in order} == first


def test_worse_is_worse_and_not_knowing_is_not() -> None:
    unknown, low, medium, high = (
        AlertSeverity.UNKNOWN,
        AlertSeverity.LOW,
        AlertSeverity.MEDIUM,
        AlertSeverity.HIGH,
    )
    assert escalates(low, high)
    assert escalates(unknown, medium)
    assert not escalates(unknown, low)
    assert not escalates(high, unknown)
    assert not escalates(high, high)


def test_organizations_are_never_one_group_whatever_a_rule_goes_by() -> None:
    by_host = Grouping(rules=(GroupRule(name="host", by=(GroupField.HOST,)),))
    wfp, who = (an_alert(affected={"hosts": ["a"]}, organization=code) for code in ("WFP", "WHO"))
    assert group_key(wfp, by_host) != group_key(who, by_host)
    assert (holder(wfp, by_host), holder(who, by_host)) == ("WFP", "WHO")


def test_those_who_agreed_have_groups_together_that_one_of_them_holds() -> None:
    shared = GroupRule(
        name="shared", by=(GroupField.HOST,), among=(WFP, UNICC), held_by=UNICC, needs=(GroupField.HOST,)
    )
    grouping = Grouping(rules=(shared,))
    wfp, unicc, who = (an_alert(affected={"hosts": ["a"]}, organization=code) for code in (WFP, UNICC, "WHO"))
    assert group_key(wfp, grouping) == group_key(unicc, grouping)
    assert holder(wfp, grouping) == UNICC
    assert holder(who, grouping) == "WHO"
    assert group_key(who, grouping) != group_key(wfp, grouping)


@pytest.mark.parametrize(
    "wrong",
    [{"among": (WFP,)}, {"held_by": WFP}, {"among": (WFP,), "held_by": UNICC}, {"within": timedelta()}],
)
def test_a_rule_says_who_agreed_and_who_holds_it(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"among|within"):
        GroupRule(name="x", by=(GroupField.HOST,), **wrong)
