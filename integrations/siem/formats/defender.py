"""Microsoft Defender: Defender for Endpoint's alerts, Defender XDR's hunting tables, Defender for Cloud.

After https://learn.microsoft.com/defender-endpoint/api/alerts,
.../defender-xdr/advanced-hunting-alertinfo-table, .../advanced-hunting-alertevidence-table and
https://learn.microsoft.com/rest/api/defenderforcloud/alerts. One row of AlertEvidence is one piece of
evidence of an alert; its `AlertId` puts the rows together.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from integrations.siem.formats.graph_security import SEVERITY, STATUSES
from playbooks.domain.alert import IndicatorKind

DEFENDER_ENDPOINT: Final = Format(
    name="microsoft-defender-endpoint-alert",
    aliases=("mde", "defender-for-endpoint", "microsoft-defender-for-endpoint"),
    product="Microsoft Defender for Endpoint",
    documentation="https://learn.microsoft.com/defender-endpoint/api/alerts",
    shapes=(
        when("alertCreationTime", "severity", "title"),
        when("computerDnsName", "detectionSource", "severity"),
    ),
    source_id=at("id"),
    occurrence=at("lastUpdateTime"),
    correlation_uid=at("incidentId"),
    title=at("title", "threatName"),
    description=at("description"),
    rule_id=at("detectorId"),
    rule_name=at("title"),
    event_at=at("firstEventTime", "lastEventTime"),
    detected_at=at("alertCreationTime"),
    severity=(Scale(SEVERITY, at("severity"), WORDS),),
    status=at("status"),
    statuses=STATUSES,
    test=(when("determination = SecurityTesting"),),
    organization=at("aadTenantId", "rbacGroupName"),
    hosts=at("computerDnsName"),
    users=at(
        "relatedUser.userName",
        "evidence.userPrincipalName",
        "evidence.accountName",
        "loggedOnUsers.accountName",
    ),
    files=at("evidence.filePath", "evidence.fileName"),
    hashes=at("evidence.sha256", "evidence.sha1"),
    processes=at("evidence.processCommandLine"),
    from_ip_addresses=at("evidence.ipAddress"),
    tactics=at("category"),
    techniques=at("mitreTechniques"),
    indicators=(
        (IndicatorKind.URL, at("evidence.url")),
        (IndicatorKind.FILE_HASH, at("evidence.sha256")),
    ),
    link=at("alertWebUrl"),
)


def _row(*columns: str) -> tuple[str, ...]:
    """Columns of a hunting table: under `properties` as the event hub streams a row, plain as a query gives it."""
    return (*(f"properties.{column}" for column in columns), *columns)


DEFENDER_HUNTING: Final = Format(
    name="microsoft-365-defender-alert-evidence",
    aliases=("defender-hunting", "microsoft-365-defender", "advanced-hunting"),
    product="Microsoft Defender XDR",
    documentation="https://learn.microsoft.com/defender-xdr/advanced-hunting-alertevidence-table",
    shapes=(
        when("category ~ AdvancedHunting-Alert", "properties.AlertId"),
        when("properties.AlertId", "properties.ServiceSource"),
        when("AlertId", "ServiceSource"),
        when("AlertId", "DetectionSource", "Severity"),
    ),
    product_name=at(*_row("ServiceSource")),
    source_id=at(*_row("AlertId")),
    correlation_uid=at(*_row("AlertId")),
    title=at(*_row("Title")),
    rule_name=at(*_row("Title")),
    event_at=at(*_row("Timestamp")),
    detected_at=at("time", "_TimeReceivedBySvc", "TimeGenerated"),
    severity=(Scale(SEVERITY, at(*_row("Severity")), WORDS),),
    organization=at("tenantId", "TenantId"),
    hosts=at(*_row("DeviceName")),
    users=at(*_row("AccountUpn", "AccountName")),
    ip_addresses=at(*_row("LocalIP")),
    files=at(*_row("FolderPath", "FileName")),
    hashes=at(*_row("SHA256", "SHA1")),
    processes=at(*_row("ProcessCommandLine")),
    cloud_resources=at(*_row("ResourceID", "CloudResource")),
    from_ip_addresses=at(*_row("RemoteIP")),
    tactics=at(*_row("Category", "Categories")),
    techniques=at(*_row("AttackTechniques")),
    indicators=(
        (IndicatorKind.URL, at(*_row("RemoteUrl", "AdditionalFields.Urls"))),
        (IndicatorKind.FILE_HASH, at(*_row("SHA256"))),
    ),
)

DEFENDER_CLOUD: Final = Format(
    name="microsoft-defender-cloud-alert",
    aliases=("defender-for-cloud", "azure-security-center"),
    product="Microsoft Defender for Cloud",
    documentation="https://learn.microsoft.com/rest/api/defenderforcloud/alerts/get-subscription-level",
    shapes=(
        when("type = Microsoft.Security/Locations/alerts|Microsoft.Security/alerts"),
        when("properties.alertDisplayName", "properties.severity"),
        when("AlertDisplayName", "Severity", "AlertType", "!SystemAlertId"),
    ),
    product_name=at("properties.productName", "ProductName"),
    source_id=at("properties.systemAlertId", "name", "id"),
    correlation_uid=at("properties.correlationKey"),
    title=at("properties.alertDisplayName", "AlertDisplayName"),
    description=at("properties.description", "Description"),
    rule_id=at("properties.alertType", "AlertType"),
    event_at=at("properties.startTimeUtc", "StartTimeUtc"),
    detected_at=at("properties.timeGeneratedUtc", "TimeGenerated", "ProcessingEndTimeUtc"),
    severity=(Scale(SEVERITY, at("properties.severity", "Severity"), WORDS),),
    status=at("properties.status", "Status"),
    statuses=STATUSES,
    test=(when("properties.alertDisplayName ~ [sample alert]"), when("AlertDisplayName ~ [sample alert]")),
    hosts=at("properties.entities[type=host].hostName", "properties.compromisedEntity", "CompromisedEntity"),
    users=at("properties.entities[type=account].name"),
    from_ip_addresses=at("properties.entities[type=ip].address"),
    processes=at("properties.entities[type=process].commandLine"),
    cloud_resources=at("properties.resourceIdentifiers.azureResourceId", "AzureResourceId"),
    tactics=at("properties.intent", "Intent"),
    techniques=at("properties.techniques"),
    link=at("properties.alertUri", "AlertUri"),
)
