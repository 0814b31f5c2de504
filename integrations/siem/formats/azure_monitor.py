"""Azure Monitor: the common alert schema. Severities run from Sev0 (critical) to Sev4 (verbose).

After https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, INFORMATIONAL, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus

_SEVERITIES: Final = {
    "sev0": CRITICAL,
    "sev1": HIGH,
    "sev2": MEDIUM,
    "sev3": INFORMATIONAL,
    "sev4": INFORMATIONAL,
}

AZURE_MONITOR: Final = Format(
    name="azure-monitor",
    aliases=("azure-monitor-alert", "azuremonitoring"),
    product="Azure Monitor",
    documentation="https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-common-schema",
    shapes=(when("schemaId = azureMonitorCommonAlertSchema"), when("data.essentials.alertRule")),
    source_id=at("data.essentials.alertId", "data.essentials.originAlertId"),
    title=at("data.essentials.alertRule"),
    description=at("data.essentials.description"),
    rule_id=at("data.essentials.alertRuleID", "data.essentials.alertRule"),
    rule_name=at("data.essentials.alertRule"),
    event_at=at("data.essentials.firedDateTime"),
    detected_at=at("data.essentials.firedDateTime"),
    severity=(Scale("Azure Sev0 (worst) to Sev4", at("data.essentials.severity"), _SEVERITIES),),
    status=at("data.essentials.monitorCondition"),
    statuses={"fired": AlertStatus.NEW},
    test=(when("data.essentials.alertId ~ 12345678-1234-1234-1234-1234567890ab"),),
    hosts=at("data.essentials.configurationItems"),
    cloud_resources=at("data.essentials.alertTargetIDs"),
    link=at("data.essentials.investigationLink", "data.alertContext.condition.allOf.linkToSearchResultsUI"),
)
