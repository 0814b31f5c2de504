"""What no single sample shows: scales turned upside down, sample marks, times of zero, and what is no alert."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.siem.claims import format_named
from integrations.siem.reading import read_body
from integrations.siem.registry import FORMATS
from playbooks.domain.alert import UNKNOWN_FORMAT, AlertSeverity, AlertStatus, NormalizedAlert

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
U, I, L, M, H, C = AlertSeverity  # noqa: E741  six words of one scale


def read(body: dict[str, Any]) -> NormalizedAlert:
    (alert,) = read_body(None, json.dumps(body).encode(), NOW).alerts
    return alert


def suricata(severity: Any) -> dict[str, Any]:
    return {
        "event_type": "alert",
        "flow_id": 1,
        "src_ip": "203.0.113.1",
        "alert": {"signature_id": 1, "severity": severity},
    }


def guardduty(severity: Any) -> dict[str, Any]:
    return {"id": "1", "type": "Recon:EC2/X", "severity": severity, "service": {"serviceName": "guardduty"}}


def wazuh(severity: Any) -> dict[str, Any]:
    return {"rule": {"level": severity, "id": "1", "description": "d"}, "agent": {"id": "1", "name": "a"}}


def misp(severity: Any) -> dict[str, Any]:
    return {"info": "x", "threat_level_id": severity, "analysis": "0"}


def datadog(severity: Any) -> dict[str, Any]:
    return {"monitor_id": "1", "query": "q", "message": "m", "title": "t", "priority": severity}


def azure(severity: Any) -> dict[str, Any]:
    essentials = {"alertRule": "r", "severity": severity, "monitorCondition": "Fired"}
    return {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": essentials}}


def security_hub(severity: Any) -> dict[str, Any]:
    return {
        "SchemaVersion": "2018-10-08",
        "ProductArn": "p",
        "Title": "t",
        "Severity": {"Normalized": severity},
    }


def crowdstrike(severity: Any) -> dict[str, Any]:
    return {
        "metadata": {"eventType": "EppDetectionSummaryEvent", "customerIDString": "c"},
        "event": {"Name": "n", "Severity": severity},
    }


def crowdstrike_before(severity: Any) -> dict[str, Any]:
    return {
        "metadata": {"eventType": "DetectionSummaryEvent", "customerIDString": "c"},
        "event": {"DetectName": "n", "Severity": severity},
    }


def pagerduty(severity: Any) -> dict[str, Any]:
    data = {"id": "1", "title": "t", "priority": {"summary": severity}, "urgency": "high"}
    return {"event": {"event_type": "incident.triggered", "data": data}}


def falco(severity: Any) -> dict[str, Any]:
    return {"rule": "r", "priority": severity, "output": "o", "output_fields": {"a": 1}}


def ocsf(severity: Any) -> dict[str, Any]:
    return {"class_uid": 2004, "severity_id": severity, "finding_info": {"title": "t"}}


@pytest.mark.parametrize(
    ("form", "scale"),
    [
        (suricata, [(1, H), (2, M), (3, L), (4, I), (255, I), (0, U), (256, U), ("x", U)]),
        (
            guardduty,
            [(1, L), (3.9, L), (4, M), (6.9, M), (7.0, H), (8.9, H), (9, C), (10, C), (0, U), (11, U)],
        ),
        (wazuh, [(0, L), (6, L), (7, M), (11, M), (12, H), (14, H), (15, C), (16, C), (17, U), (None, U)]),
        (misp, [("1", H), (2, M), ("3", L), ("4", U), (0, U)]),
        (datadog, [(1, C), ("P2", H), (3, M), (4, L), ("P5", I), (0, U), (6, U)]),
        (azure, [("Sev0", C), ("Sev1", H), ("Sev2", M), ("Sev3", I), ("Sev4", I), ("Sev9", U)]),
        (security_hub, [(0, I), (1, L), (39, L), (40, M), (70, H), (90, C), (100, C), (101, U), (-1, U)]),
        (crowdstrike, [(5, I), (20, L), (40, M), (70, H), (80, C), (100, C), (0, U), (101, U)]),
        (crowdstrike_before, [(1, I), (2, L), (3, M), (4, H), (5, C), (70, U)]),
        (pagerduty, [("P1", C), ("P5", I), ("Sev-1", U), (None, U)]),
        (falco, [("Emergency", C), ("Error", H), ("warning", M), ("Notice", L), ("Debug", I), ("Loud", U)]),
        (ocsf, [(0, U), (1, I), (2, L), (3, M), (4, H), (5, C), (6, C), (99, U)]),
    ],
)
def test_a_scale_is_read_the_right_way_round(form: Any, scale: list[tuple[Any, AlertSeverity]]) -> None:
    assert {str(value): read(form(value)).severity for value, _ in scale} == {str(v): s for v, s in scale}


def test_what_the_vendor_wrote_is_kept_beside_what_we_make_of_it() -> None:
    alert = read(pagerduty("Sev-1"))
    assert (alert.severity, alert.vendor_severity) == (U, "Sev-1")
    assert read(suricata(1)).vendor_scale == "Suricata 1 (worst) to 255"


def test_a_touched_decoy_is_no_sample() -> None:
    body = {
        **security_hub(70),
        "Title": "Decoy bucket accessed",
        "ProductName": "DecoyDetector",
        "Types": ["Test-Role"],
    }
    assert not read(body).is_test


@pytest.mark.parametrize("title", ["[SAMPLE] x", "[Sample Alert] x", "[TEST] x", "[Test Alert] x"])
def test_a_title_that_begins_with_the_mark_of_a_sample_is_one(title: str) -> None:
    assert read({**security_hub(70), "Title": title}).is_test


@pytest.mark.parametrize("title", ["Test 22", "Latest news", "Unit test server compromised", "x [TEST]"])
def test_a_title_that_only_speaks_of_tests_is_real(title: str) -> None:
    assert not read({**security_hub(70), "Title": title}).is_test


def test_a_passed_check_is_no_new_finding() -> None:
    assert read({**security_hub(0), "Compliance": {"Status": "PASSED"}}).status is AlertStatus.RESOLVED


@pytest.mark.parametrize(
    "body",
    [
        [
            {
                "title": "A rule",
                "id": "r",
                "status": "test",
                "level": "high",
                "rule": ["SELECT 1"],
                "tags": ["attack.t1059"],
            }
        ],
        {"name": "Malware", "titlePrefix": "", "severity": 2, "tlp": 2, "pap": 2, "tasks": [{"title": "t"}]},
        {"id": "h.example", "dataType": "domain", "data": "h.example", "ioc": True},
        {"uuid": "u", "name": "Galaxy", "type": "t", "GalaxyCluster": []},
        {"type": "sighting", "value": "1", "timestamp": "1"},
        {
            "@timestamp": "2026-11-20T10:00:00Z",
            "event": {"kind": "event"},
            "message": "m",
            "host": {"name": "h"},
        },
    ],
)
def test_what_is_no_alert_is_not_taken_for_one(body: object) -> None:
    for alert in read_body(None, json.dumps(body).encode(), NOW).alerts:
        assert (alert.format, alert.severity) == (UNKNOWN_FORMAT, U)


def test_names_and_aliases_lead_to_one_format_each() -> None:
    names = [name for form in FORMATS for name in (form.name, *form.aliases)]
    assert len(names) == len(set(names))
    assert format_named("Microsoft_Sentinel", FORMATS) is format_named("sentinel", FORMATS)
    assert format_named("nobody", FORMATS) is None


def test_links_of_other_schemes_are_left_out() -> None:
    body = {"schema": "muster-alert/1", "title": "t", "link": "javascript:alert(1)"}
    assert read(body).link is None


def test_loopback_and_empty_names_say_nothing() -> None:
    affected = {
        "hosts": ["-", "N/A", "", "10.0.0.1:22"],
        "ip_addresses": ["127.0.0.1", "::1", "::", "x"],
    }
    found = read({"schema": "muster-alert/1", "title": "t", "affected": affected}).affected
    assert found.hosts == ()
    assert found.ip_addresses == ("10.0.0.1",)
