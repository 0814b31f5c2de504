"""Google Cloud: Monitoring incidents and Security Command Center findings.

After https://cloud.google.com/monitoring/support/notification-options#webhooks and
https://cloud.google.com/security-command-center/docs/reference/rest/v2/organizations.sources.findings. Times
of an incident are seconds; 0 is no time.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, MEDIUM, WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

_WORDS: Final = {**WORDS, "critical": CRITICAL, "error": HIGH, "warning": MEDIUM}

GCP_MONITORING: Final = Format(
    name="gcp-monitoring",
    aliases=("google-cloud-monitoring", "stackdriver"),
    product="Google Cloud Monitoring",
    documentation="https://cloud.google.com/monitoring/support/notification-options#webhooks",
    shapes=(
        when("incident.incident_id", "incident.state"),
        when("incident.incident_id", "incident.policy_name"),
    ),
    source_id=at("incident.incident_id"),
    title=at(
        "incident.documentation.subject",
        "incident.condition_name",
        "incident.condition.displayName",
        "incident.policy_name",
        "incident.summary",
    ),
    description=at("incident.summary", "incident.documentation.content"),
    rule_id=at("incident.condition.name", "incident.policy_name"),
    rule_name=at("incident.condition_name", "incident.condition.displayName", "incident.policy_name"),
    event_at=at("incident.started_at"),
    detected_at=at("incident.started_at"),
    severity=(
        Scale(
            "Google Cloud: Warning, Error, Critical",
            at(
                "incident.severity",
                "incident.policy_user_labels.severity",
                "incident.metadata.user_labels.severity",
                "incident.metadata.system_labels.severity",
            ),
            _WORDS,
        ),
    ),
    status=at("incident.state"),
    organization=at("incident.scoping_project_id"),
    hosts=at("incident.resource.labels.host", "incident.metric.labels.instance_name"),
    cloud_resources=at(
        "incident.resource_name", "incident.resource.labels.instance_id", "incident.resource_display_name"
    ),
    link=at("incident.url"),
)

GCP_SCC: Final = Format(
    name="gcp-security-command-center",
    aliases=("gcp-scc", "scc", "security-command-center"),
    product="Google Security Command Center",
    documentation="https://cloud.google.com/security-command-center/docs/reference/rest",
    shapes=(when("finding.category", "finding.resourceName"), when("finding.category", "finding.severity")),
    source_id=at("finding.name", "finding.canonicalName"),
    occurrence=at("finding.eventTime"),
    title=at("finding.category"),
    description=at("finding.description", "finding.sourceProperties.explanation", "finding.nextSteps"),
    rule_id=at("finding.category"),
    rule_name=at("finding.category"),
    event_at=at("finding.eventTime"),
    detected_at=at("finding.createTime"),
    severity=(Scale("Security Command Center: LOW to CRITICAL", at("finding.severity"), WORDS),),
    status=at("finding.state"),
    statuses={"inactive": AlertStatus.RESOLVED},
    organization=at("resource.projectDisplayName", "resource.gcpMetadata.projectDisplayName"),
    users=at("finding.access.principalEmail"),
    hosts=at("resource[type=google.compute.Instance].displayName"),
    cloud_resources=at("finding.resourceName"),
    processes=at("finding.processes.binary.path", "finding.processes.name"),
    hashes=at("finding.indicator.signatures.memoryHashSignature.detections.binary"),
    from_ip_addresses=at("finding.access.callerIp", "finding.connections.sourceIp"),
    tactics=at("finding.mitreAttack.primaryTactic", "finding.mitreAttack.additionalTactics"),
    techniques=at("finding.mitreAttack.primaryTechniques", "finding.mitreAttack.additionalTechniques"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at("finding.indicator.ipAddresses")),
        (IndicatorKind.DOMAIN, at("finding.indicator.domains")),
        (IndicatorKind.URL, at("finding.indicator.uris")),
    ),
    link=at("finding.externalUri"),
)
