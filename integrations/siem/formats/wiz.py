"""Wiz: threat detections, and issues as its webhook sends them.

After https://docs.wiz.io (automation rules, webhook payload; detections API).
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

WIZ: Final = Format(
    name="wiz-threat-detection",
    aliases=("wiz", "wiz-issue"),
    product="Wiz",
    documentation="https://docs.wiz.io/wiz-docs/docs/webhooks-integration",
    shapes=(
        when("ruleMatch.rule", "severity"),
        when("type = GENERATED_THREAT", "severity"),
        when("issue.severity", "control"),
        when("issue.severity", "trigger.ruleId"),
        when("sourceRule", "severity", "entitySnapshot"),
    ),
    source_id=at("id", "issue.id"),
    occurrence=at("updatedAt", "trigger.updatedFields"),
    correlation_uid=at("threat.id"),
    title=at("ruleMatch.rule.name", "control.name", "sourceRule.name", "description"),
    description=at("description", "control.description", "sourceRule.description"),
    rule_id=at("ruleMatch.rule.id", "control.id", "sourceRule.id"),
    rule_name=at("ruleMatch.rule.name", "control.name", "sourceRule.name"),
    event_at=at("triggeringEvents.nodes.timestamp", "startedAt", "createdAt", "issue.created"),
    detected_at=at("createdAt", "issue.created"),
    severity=(Scale("Wiz: INFORMATIONAL to CRITICAL", at("severity", "issue.severity"), WORDS),),
    status=at("status", "issue.status"),
    statuses={"rejected": AlertStatus.RESOLVED},
    organization=at(
        "cloudOrganizations.name", "cloudAccounts.name", "resource.subscriptionName", "issue.projects"
    ),
    hosts=at("primaryResource[type=VIRTUAL_MACHINE].name", "resource[type=VIRTUAL_MACHINE].name"),
    users=at("actors[type=USER|USER_ACCOUNT].name", "primaryActor[type=USER|USER_ACCOUNT].name"),
    cloud_resources=at(
        "primaryResource.name", "resources.providerUniqueId", "resource.cloudPlatformId", "resource.name"
    ),
    from_ip_addresses=at("triggeringEvents.nodes.actorIP", "actors[type=IP_ADDRESS].name"),
    tactics=at("tdrTactics", "ruleMatch.rule.securitySubCategories.title", "mitreTactics"),
    techniques=at("tdrTechniques", "ruleMatch.rule.securitySubCategories.title", "mitreTechniques"),
    indicators=((IndicatorKind.IP_ADDRESS, at("triggeringEvents.nodes.actorIP")),),
    link=at("issue.url", "url"),
)
