"""Google Security Operations (Chronicle): detections of rules and of curated rules, with their UDM events.

After https://cloud.google.com/chronicle/docs/reference/detection-engine-api and the UDM field list. A rule
may state a severity in its labels (`meta: severity`) or outcome; without one it stays unknown.
"""

import re
from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from integrations.siem.paths import Json
from playbooks.domain.alert import AlertStatus, IndicatorKind

_UNDERSCORE = re.compile(r"_([a-z])")
_DEEPEST: Final = 30


def _camel_case(body: dict[str, Json]) -> dict[str, Json]:
    """The body with `rule_name` as `ruleName`: the API writes the latter, exports by protobuf's names the former."""
    return {_camel(key): _within(value, 1) for key, value in body.items()}


def _within(node: Json, depth: int) -> Json:
    if depth == _DEEPEST:
        return node
    if isinstance(node, list):
        return [_within(one, depth + 1) for one in node]
    return (
        {_camel(key): _within(value, depth + 1) for key, value in node.items()}
        if isinstance(node, dict)
        else node
    )


def _camel(key: str) -> str:
    return _UNDERSCORE.sub(lambda found: found[1].upper(), key)


def _udm(*members: str) -> tuple[str, ...]:
    return tuple(f"collectionElements.references.event.{member}" for member in members)


CHRONICLE: Final = Format(
    name="google-secops-chronicle",
    aliases=("chronicle", "google-secops", "secops"),
    product="Google Security Operations",
    documentation="https://cloud.google.com/chronicle/docs/reference/detection-engine-api",
    shapes=(
        when("detection.ruleId", "detection.ruleName"),
        when("detection.ruleName", "timeWindow"),
        when("detection.ruleName", "collectionElements"),
        when("detection.rule_id", "detection.rule_name"),
        when("detection.rule_name", "time_window"),
    ),
    prepare=_camel_case,
    source_id=at("id"),
    title=at("detection.ruleName", "detection.summary"),
    description=at(
        "detection.summary", "detection.description", "detection.ruleLabels[key=description].value"
    ),
    rule_id=at("detection.ruleId"),
    rule_name=at("detection.ruleName"),
    event_at=at("timeWindow.startTime", "detectionTime", *_udm("metadata.eventTimestamp")),
    detected_at=at("detectionTime", "createdTime"),
    severity=(
        Scale(
            "Google SecOps: the rule's severity",
            at(
                "detection.severity",
                "detection.ruleLabels[key=severity].value",
                "detection.outcomes[key=severity].value",
                *_udm("securityResult.severity"),
            ),
            WORDS,
        ),
    ),
    statuses={"alerting": AlertStatus.NEW, "not_alerting": AlertStatus.NEW},
    organization=at("tenantId"),
    hosts=at(*_udm("principal.hostname", "target.hostname")),
    users=at(*_udm("principal.user.userid", "target.user.userid", "target.user.emailAddresses")),
    ip_addresses=at(*_udm("target.ip")),
    files=at(*_udm("target.file.fullPath", "principal.process.file.fullPath")),
    hashes=at(*_udm("target.file.sha256", "target.process.file.sha256", "target.file.md5")),
    processes=at(*_udm("target.process.commandLine", "principal.process.commandLine")),
    cloud_resources=at(*_udm("target.resource.name")),
    from_ip_addresses=at(*_udm("principal.ip")),
    tactics=at(
        "detection.ruleLabels[key=tactic|mitre_attack_tactic|tactics].value",
        *_udm("securityResult.attackDetails.tactics.id"),
    ),
    techniques=at(
        "detection.ruleLabels[key=technique|mitre_attack_technique|technique_id|techniques].value",
        *_udm("securityResult.attackDetails.techniques.id"),
    ),
    indicators=(
        (IndicatorKind.DOMAIN, at(*_udm("network.dns.questions.name", "target.domain.name"))),
        (IndicatorKind.URL, at(*_udm("target.url"))),
    ),
    link=at("detection.urlBackToProduct"),
)
