"""Variants that the samples lack: shippers around alerts, rows of one search, who did it and to which host."""

import base64
import gzip
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from integrations.siem.reading import read_body
from playbooks.domain.alert import IndicatorKind, NormalizedAlert
from playbooks.domain.grouping import delivery_key

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
SURICATA = {
    "timestamp": "2026-11-21T10:00:00.000000+0000",
    "event_type": "alert",
    "flow_id": 1,
    "src_ip": "203.0.113.8",
    "dest_ip": "10.0.0.5",
    "alert": {"signature": "ET SCAN", "signature_id": 1, "severity": 3},
    "http": {"hostname": "c2.example.net", "url": "/pixel.gif"},
}
INSIDE = json.dumps(SURICATA)


def read(body: Any) -> tuple[NormalizedAlert, ...]:
    return read_body(None, json.dumps(body).encode(), NOW).alerts


def packed(text: str) -> str:
    return base64.b64encode(gzip.compress(text.encode())).decode()


LOGS = {"messageType": "DATA_MESSAGE", "logGroup": "g", "logEvents": [{"id": "1", "message": INSIDE}] * 2}


@pytest.mark.parametrize(
    ("body", "alerts"),
    [
        ({"@version": "1", "host": "shipper", "message": INSIDE}, 1),
        ({"log": f"{INSIDE}\n", "stream": "stdout"}, 1),
        ({"event": {"module": "suricata", "original": INSIDE}}, 1),
        ({"preview": False, "result": {"_raw": INSIDE}}, 1),
        ({"records": [{"data": base64.b64encode(INSIDE.encode()).decode()}]}, 1),
        ({"awslogs": {"data": packed(json.dumps(LOGS))}}, 2),
    ],
    ids=["logstash", "docker", "elastic agent", "splunk export", "firehose", "cloudwatch logs"],
)
def test_what_a_shipper_put_around_an_alert_is_opened(body: Any, alerts: int) -> None:
    found = read(body)
    assert [(each.format, each.title) for each in found] == [("suricata-eve", "ET SCAN")] * alerts


@pytest.mark.parametrize(
    "data", [packed("0" * 40_000_000), packed(INSIDE)[:60], "H4sIAAAA"], ids=["too much", "cut", "no gzip"]
)
def test_what_cannot_be_unpacked_goes_to_triage_as_it_is(data: str) -> None:
    (alert,) = read({"awslogs": {"data": data}})
    assert (alert.format, alert.severity) == ("unknown", "unknown")


def test_a_path_without_its_host_is_no_address() -> None:
    (alert,) = read(SURICATA)
    assert [each.value for each in alert.indicators if each.kind is IndicatorKind.URL] == []


def test_each_row_of_one_search_is_an_alert_of_its_own() -> None:
    rows = [
        {"sid": "s1", "search_name": "VPN", "result": {"_cd": cd, "_time": "1795255200", "user": user}}
        for cd, user in (("1:2", "ann"), ("1:3", "bob"), ("1:2", "ann"))
    ]
    first, second, again = (read(row)[0] for row in rows)
    assert first.source_id == second.source_id == "s1"
    assert delivery_key(first) != delivery_key(second)
    assert delivery_key(first) == delivery_key(again)


def test_two_rules_that_match_one_record_are_two_alerts_and_short_tactics_are_known() -> None:
    record = {
        "Timestamp": "2026-11-21 10:00:00.123 +00:00",
        "Level": "crit",
        "Computer": "WS-12",
        "RecordID": 33,
    }
    first, second = (
        read({**record, "RuleTitle": title, "RuleID": id, "MitreTactics": tactics})[0]
        for title, id, tactics in (("A", "r1", ["Persis", "C2"]), ("B", "r2", "Exec ¦ PrivEsc"))
    )
    assert delivery_key(first) != delivery_key(second)
    assert (first.tactics, second.tactics) == (("TA0003", "TA0011"), ("TA0002", "TA0004"))


def test_a_finding_tells_who_did_it_and_to_which_host() -> None:
    hashed = {"algorithm_id": 3, "value": "7" * 64}
    process = {"name": "enc.exe", "cmd_line": "enc -a", "file": {"path": "C:\\enc.exe", "hashes": [hashed]}}
    (alert,) = read(
        {
            "class_uid": 2004,
            "severity_id": 5,
            "finding_info": {"uid": "f-1", "title": "Ransomware"},
            "resources": [{"type": "host", "name": "fs-2"}],
            "evidences": [
                {
                    "dst_endpoint": {"hostname": "fs-3", "ip": "10.2.2.2"},
                    "actor": {"user": {"name": "svc"}, "process": process},
                }
            ],
        }
    )
    assert alert.affected.hosts == ("fs-3", "fs-2")
    assert alert.affected.processes == ("enc -a", "enc.exe")
    assert (alert.affected.files, alert.affected.hashes) == (("C:\\enc.exe",), ("7" * 64,))


@pytest.mark.parametrize(
    ("event", "severity"),
    [
        ({"metadata": {"eventType": "DetectionSummaryEvent", "customerIDString": "c"}}, "high"),
        ({"fdr_event_type": "Event_DetectionSummaryEvent", "cid": "c"}, "high"),
        ({"cid": "c"}, "high"),
    ],
    ids=["stream", "data replicator", "siem connector"],
)
def test_a_detection_of_five_levels_is_read_on_five_whoever_brings_it(
    event: dict[str, Any], severity: str
) -> None:
    body = {
        **event,
        "event": {"ExternalApiType": "Event_DetectionSummaryEvent", "Severity": 4, "DetectId": "d"},
    }
    (alert,) = read(body)
    assert (alert.severity, alert.vendor_scale) == (severity, "CrowdStrike 1-5")


def test_a_number_of_its_own_beside_no_name_is_no_severity() -> None:
    metadata = {"eventType": "IdentityProtectionEvent", "customerIDString": "c"}
    (alert,) = read({"metadata": metadata, "event": {"IncidentType": "Stale account", "Severity": 2}})
    assert alert.severity == "unknown"


def test_an_address_written_into_ipv6_is_the_same_address() -> None:
    (plain,), (written) = read(SURICATA), read({**SURICATA, "src_ip": "::ffff:203.0.113.8"})
    assert written[0].origin == plain.origin


def test_values_that_a_search_gives_as_lists_are_read() -> None:
    fields = {
        "kibana.alert.rule.name": ["Malware"],
        "kibana.alert.uuid": ["u-1"],
        "kibana.alert.severity": ["high"],
        "host.name": ["ws-1"],
    }
    (alert,) = read({"hits": {"hits": [{"_id": "u-1", "fields": fields}]}})
    assert (alert.format, alert.source_id, alert.severity) == ("elastic-security-alert", "u-1", "high")
    assert alert.affected.hosts == ("ws-1",)


def test_malware_in_a_bucket_is_known_by_its_object_and_hash() -> None:
    (alert,) = read(
        {
            "id": "g1",
            "arn": "arn:aws:guardduty:eu-west-1:1:detector/d/finding/g1",
            "type": "Object:S3/MaliciousFile",
            "severity": 8,
            "resource": {"s3BucketDetails": [{"s3ObjectDetails": [{"objectArn": "arn:aws:s3:::b/k"}]}]},
            "service": {"malwareScanDetails": {"threats": [{"itemPaths": [{"hash": "c" * 64}]}]}},
        }
    )
    assert alert.affected.files == ("arn:aws:s3:::b/k",)
    assert alert.affected.hashes == ("c" * 64,)
    assert [each.value for each in alert.indicators] == ["c" * 64]


def test_what_falco_says_of_no_container_and_of_nothing_names_nothing() -> None:
    fields = {"container.id": "host", "k8s.pod.name": "<NA>", "user.name": "root"}
    (alert,) = read({"rule": "R", "priority": "Error", "output": "x", "output_fields": fields})
    assert (alert.affected.cloud_resources, alert.affected.users) == ((), ("root",))


def test_a_detection_in_protobuf_names_is_read_as_the_api_writes_it() -> None:
    event = {"principal": {"hostname": "h", "ip": ["10.0.0.1"]}, "target": {"file": {"full_path": "/x"}}}
    detection = {"rule_name": "R", "rule_id": "ru", "rule_labels": [{"key": "severity", "value": "High"}]}
    (alert,) = read(
        {
            "id": "de_2",
            "detection": [detection],
            "time_window": {"start_time": "2026-11-21T09:00:00Z"},
            "collection_elements": [{"references": [{"event": event}]}],
        }
    )
    assert (alert.format, alert.title, alert.severity) == ("google-secops-chronicle", "R", "high")
    assert (alert.affected.hosts, alert.affected.files) == (("h",), ("/x",))
    assert alert.event_at == datetime(2026, 11, 21, 9, tzinfo=UTC)


def test_a_technique_is_read_out_of_its_address_whole() -> None:
    link = "https://attack.mitre.org/techniques/T1547/001/"
    tactics = [{"name": "Persistence", "techniques": [{"link": link}]}]
    (alert,) = read({"threatInfo": {"threatId": "1"}, "indicators": [{"tactics": tactics}]})
    assert alert.techniques == ("T1547.001",)


def test_who_and_what_a_chainsaw_document_names_is_touched() -> None:
    logged = {"CommandLine": "whoami", "User": "CORP\\ann"}
    document = {"data": {"Event": {"System": {"Computer": "ws-1"}, "EventData": logged}}}
    (alert,) = read({"name": "Whoami", "level": "high", "kind": "individual", "document": document})
    assert alert.affected.hosts == ("ws-1",)
    assert (alert.affected.users, alert.affected.processes) == (("CORP\\ann",), ("whoami",))


def test_names_asked_for_and_an_organization_around_an_alert_are_read() -> None:
    (dns,) = read({**SURICATA, "dns": {"version": 3, "queries": [{"rrname": "evil.example"}]}})
    assert "evil.example" in [each.value for each in dns.indicators]
    alert = {"_type": "Alert", "title": "T", "source": "s", "sourceRef": "r"}
    (hive,) = read({"objectType": "Alert", "organisation": {"name": "CSIRT"}, "object": alert})
    assert hive.organization == "CSIRT"
