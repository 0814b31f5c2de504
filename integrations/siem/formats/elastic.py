"""Elastic Security: documents of `.alerts-security.alerts-*` and `.siem-signals-*`, flattened or nested.

After the alert schema (https://www.elastic.co/docs/reference/security/fields-and-object-schemas/alert-schema)
and ECS. The document's `@timestamp` is when the rule made the alert; what it is about happened at
`kibana.alert.original_time`.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

_THREATS: Final = (
    "kibana.alert.rule.threat",
    "kibana.alert.rule.parameters.threat",
    "signal.rule.threat",
    "threat",
)

ELASTIC_SECURITY: Final = Format(
    name="elastic-security-alert",
    aliases=("elastic", "elastic-security", "kibana"),
    product="Elastic Security",
    documentation="https://www.elastic.co/docs/reference/security/fields-and-object-schemas/alert-schema",
    shapes=(
        when("kibana.alert.rule.name"),
        when("kibana.alert.uuid"),
        when("signal.rule.name"),
    ),
    source_id=at("kibana.alert.uuid", "_id", "^._id", "kibana.alert.instance.id"),
    occurrence=at("kibana.alert.workflow_status_updated_at"),
    correlation_uid=at("kibana.alert.group.id", "signal.group.id"),
    title=at("kibana.alert.rule.name", "signal.rule.name", "rule.name", "message"),
    description=at(
        "kibana.alert.reason",
        "signal.reason",
        "kibana.alert.rule.description",
        "signal.rule.description",
        "message",
    ),
    rule_id=at(
        "kibana.alert.rule.rule_id", "kibana.alert.rule.uuid", "signal.rule.rule_id", "signal.rule.id"
    ),
    rule_name=at("rule.name", "kibana.alert.rule.name", "signal.rule.name"),
    event_at=at(
        "kibana.alert.original_time",
        "signal.original_time",
        "kibana.alert.original_event.created",
        "event.created",
    ),
    detected_at=at("kibana.alert.start", "@timestamp"),
    severity=(
        Scale(
            "Elastic: low to critical",
            at("kibana.alert.severity", "signal.rule.severity", "kibana.alert.rule.severity"),
            WORDS,
        ),
    ),
    status=at("kibana.alert.workflow_status", "signal.status", "kibana.alert.status"),
    statuses={
        "open": AlertStatus.NEW,
        "acknowledged": AlertStatus.UPDATE,
        "in-progress": AlertStatus.UPDATE,
        "closed": AlertStatus.RESOLVED,
        "recovered": AlertStatus.RESOLVED,
    },
    organization=at("organization.name", "organization.id"),
    hosts=at("host.name", "host.hostname"),
    users=at("user.name", "user.target.name", "user.email"),
    ip_addresses=at("host.ip", "destination.ip"),
    files=at("file.path", "file.name"),
    hashes=at(
        "file.hash.sha256",
        "file.hash.sha1",
        "file.hash.md5",
        "process.hash.sha256",
        "process.hash.md5",
        "dll.hash.sha256",
    ),
    processes=at("process.command_line", "process.executable", "process.name"),
    cloud_resources=at("cloud.instance.id", "orchestrator.resource.name", "container.id"),
    from_ip_addresses=at("source.ip", "client.ip"),
    from_hosts=at("source.domain"),
    tactics=at(
        *(f"{threat}.tactic.id" for threat in _THREATS), *(f"{threat}.tactic.name" for threat in _THREATS)
    ),
    techniques=at(
        *(f"{threat}.technique.id" for threat in _THREATS),
        *(f"{threat}.technique.subtechnique.id" for threat in _THREATS),
    ),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at("threat.indicator.ip", "threat.enrichments.indicator.ip")),
        (
            IndicatorKind.DOMAIN,
            at("threat.indicator.domain", "threat.enrichments.indicator.domain", "dns.question.name"),
        ),
        (IndicatorKind.URL, at("threat.indicator.url.full", "url.full")),
        (IndicatorKind.FILE_HASH, at("file.hash.sha256", "threat.indicator.file.hash.sha256")),
    ),
    link=at("kibana.alert.url"),
)
