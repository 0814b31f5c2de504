"""OCSF findings (category 2): security, vulnerability, compliance, detection, incident and their like.

After https://schema.ocsf.io/classes. `severity_id`: 0 unknown, 1 informational to 5 critical, 6 fatal, 99
other.
"""

from typing import Final

from integrations.siem.format import (
    CRITICAL,
    HIGH,
    INFORMATIONAL,
    LOW,
    MEDIUM,
    WORDS,
    Format,
    Scale,
    at,
    when,
)
from playbooks.domain.alert import AlertStatus, IndicatorKind

_CLOSED: Final = (
    "activity_id = 3",
    "status = resolved|suppressed|archived|closed|deleted",
    "state = resolved|suppressed",
    "compliance.status = pass|passed",
)
"""What says that it is over, whatever the class."""

_CLOSED_IDS: Final = (
    ("class_uid = 2001", "state_id = 3|4"),
    ("class_uid = 2005", "status_id = 4|5"),
    ("!class_uid = 2001|2005", "status_id = 3|4|5|6"),
)
"""By number: 3 is suppressed, but of an incident (2005) on hold; in 2001 `status_id` tells how it went."""

_IDS: Final = {"1": INFORMATIONAL, "2": LOW, "3": MEDIUM, "4": HIGH, "5": CRITICAL, "6": CRITICAL}


_PROCESSES: Final = ("evidences.process", "evidences.actor.process", "actor.process")
"""Where a finding tells of a process: what was seen, and who did it."""


def _seen(*types: str) -> tuple[str, ...]:
    return tuple(f"observables[type_id={kind}].value" for kind in types)


OCSF: Final = Format(
    name="ocsf",
    aliases=("ocsf-finding", "security-lake"),
    product="OCSF",
    documentation="https://schema.ocsf.io/1.3.0/categories/findings",
    shapes=(
        when("class_uid = 2001|2002|2003|2004|2005|2006|2007|2008"),
        when("category_uid = 2", "metadata.product", "severity_id"),
    ),
    product_name=at("metadata.product.name", "metadata.product.vendor_name"),
    source_id=at("finding_info.uid", "finding.uid", "metadata.uid"),
    occurrence=at("time", "time_dt"),
    correlation_uid=at("metadata.correlation_uid"),
    title=at(
        "finding_info.title", "finding.title", "message", "finding_info_list.title", "desc", "class_name"
    ),
    description=at("finding_info.desc", "finding.desc", "desc", "message", "comment"),
    rule_id=at("finding_info.analytic.uid", "analytic.uid", "compliance.control", "vulnerabilities.cve.uid"),
    rule_name=at("finding_info.analytic.name", "analytic.name", "finding_info.types", "finding.types"),
    event_at=at(
        "finding_info.first_seen_time_dt",
        "finding_info.first_seen_time",
        "finding.first_seen_time",
        "time_dt",
        "time",
    ),
    detected_at=at(
        "finding_info.created_time_dt", "finding_info.created_time", "finding.created_time", "time_dt", "time"
    ),
    severity=(
        Scale("OCSF severity_id", at("severity_id"), _IDS),
        Scale("OCSF severity", at("severity"), {**WORDS, "fatal": CRITICAL}),
    ),
    status=at(
        "activity_id",
        "state",
        "state_id",
        "status",
        "[class_uid=2002|2003|2004|2005|2006|2007].status_id",
    ),
    statuses={"0": None, "1": None, "99": None, "2": AlertStatus.UPDATE, "on hold": AlertStatus.UPDATE},
    resolved=(*(when(one) for one in _CLOSED), *(when(*both) for both in _CLOSED_IDS)),
    organization=at("cloud.account.name", "cloud.account.uid", "metadata.tenant_uid"),
    hosts=at(
        "device.hostname",
        "device.name",
        "evidences.device.hostname",
        "evidences.device.name",
        "evidences.dst_endpoint.hostname",
        "dst_endpoint.hostname",
        "resources.hostname",
        "resources[type=host].name",
        *_seen("1"),
    ),
    users=at("actor.user.name", "evidences.actor.user.name", "user.name", "evidences.user.name", *_seen("4")),
    ip_addresses=at("device.ip", "evidences.device.ip", "evidences.dst_endpoint.ip", "dst_endpoint.ip"),
    files=at(
        "evidences.file.path",
        "evidences.file.name",
        "malware.files.path",
        "process.file.path",
        *(f"{process}.file.path" for process in _PROCESSES),
    ),
    hashes=at(
        "evidences.file.hashes.value",
        "process.file.hashes.value",
        "malware.files.hashes.value",
        *(f"{process}.file.hashes.value" for process in _PROCESSES),
        *_seen("8"),
    ),
    processes=at(
        "process.cmd_line",
        *(f"{process}.{said}" for process in _PROCESSES for said in ("cmd_line", "name")),
        *_seen("9"),
    ),
    cloud_resources=at("resources.uid", "resource.uid", "resources.name"),
    from_ip_addresses=at("evidences.src_endpoint.ip", "src_endpoint.ip"),
    from_hosts=at("evidences.src_endpoint.hostname"),
    tactics=at(
        "finding_info.attacks.tactic.uid",
        "finding_info.attacks.tactic.name",
        "attacks.tactic.uid",
        "attacks.tactics.uid",
        "finding_info.attacks.tactics.uid",
        "finding_info.types",
    ),
    techniques=at(
        "finding_info.attacks.technique.uid",
        "finding_info.attacks.sub_technique.uid",
        "attacks.technique.uid",
        "attacks.sub_technique.uid",
    ),
    indicators=(
        (IndicatorKind.DOMAIN, at(*_seen("1"))),
        (IndicatorKind.IP_ADDRESS, at(*_seen("2"))),
        (IndicatorKind.EMAIL, at(*_seen("5"))),
        (IndicatorKind.URL, at(*_seen("6"))),
        (IndicatorKind.FILE_NAME, at(*_seen("7"))),
        (IndicatorKind.FILE_HASH, at(*_seen("8"))),
    ),
    link=at("finding_info.src_url", "finding.src_url", "src_url", "finding_info_list.src_url"),
)
