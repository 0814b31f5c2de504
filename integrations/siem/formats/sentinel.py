"""Microsoft Sentinel: incidents (REST, SDK, Logic Apps, `SecurityIncident`) and alerts (`SecurityAlert`).

After https://learn.microsoft.com/azure/sentinel/security-alert-schema and the SecurityInsights REST
reference. An incident's status is New, Active (somebody works on it) or Closed.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

_STATUSES: Final = {
    "new": AlertStatus.NEW,
    "active": AlertStatus.UPDATE,
    "inprogress": AlertStatus.UPDATE,
    "closed": AlertStatus.RESOLVED,
    "resolved": AlertStatus.RESOLVED,
    "dismissed": AlertStatus.RESOLVED,
}
_SEVERITY: Final = "Sentinel: Informational to High"
_RELATED: Final = ("properties.relatedEntities", "relatedEntities", "entities", "properties.entities")


def _related(kind: str, *members: str) -> tuple[str, ...]:
    return tuple(
        f"{place}[kind={kind}].{member}"
        for place in _RELATED
        for name in members
        for member in (f"properties.{name}", name)
    )


SENTINEL_INCIDENT: Final = Format(
    name="microsoft-sentinel-incident",
    aliases=("sentinel", "microsoft-sentinel", "azure-sentinel", "sentinel-incident"),
    product="Microsoft Sentinel",
    documentation="https://learn.microsoft.com/rest/api/securityinsights/incidents/get",
    shapes=(
        when("type = Microsoft.SecurityInsights/Incidents|Microsoft.SecurityInsights/incidents"),
        when("properties.incidentNumber", "properties.severity"),
        when("incidentNumber", "createdTimeUtc", "severity"),
        when("incident_number", "created_time_utc", "severity"),
        when("IncidentNumber", "IncidentName", "Severity"),
    ),
    source_id=at("name", "IncidentName", "id"),
    occurrence=at(
        "properties.lastModifiedTimeUtc", "lastModifiedTimeUtc", "last_modified_time_utc", "LastModifiedTime"
    ),
    correlation_uid=at("name", "IncidentName", "id"),
    title=at("properties.title", "title", "Title"),
    description=at("properties.description", "description", "Description"),
    rule_id=at(
        "properties.relatedAnalyticRuleIds",
        "relatedAnalyticRuleIds",
        "related_analytic_rule_ids",
        "RelatedAnalyticRuleIds",
    ),
    event_at=at(
        "properties.firstActivityTimeUtc",
        "firstActivityTimeUtc",
        "first_activity_time_utc",
        "FirstActivityTime",
        "properties.lastActivityTimeUtc",
        "last_activity_time_utc",
        "LastActivityTime",
    ),
    detected_at=at("properties.createdTimeUtc", "createdTimeUtc", "created_time_utc", "CreatedTime"),
    severity=(Scale(_SEVERITY, at("properties.severity", "severity", "Severity"), WORDS),),
    status=at("^.objectEventType", "properties.status", "status", "Status"),
    statuses={**_STATUSES, "create": AlertStatus.NEW},
    resolved=tuple(when(f"{place} = closed") for place in ("properties.status", "status", "Status")),
    organization=at("^.workspaceInfo.WorkspaceName", "^.workspaceId"),
    hosts=at(*_related("Host", "hostName")),
    users=at(*_related("Account", "accountName", "userPrincipalName")),
    files=at(*_related("File", "fileName")),
    hashes=at(*_related("FileHash", "hashValue")),
    processes=at(*_related("Process", "commandLine")),
    cloud_resources=at(*_related("AzureResource", "resourceId")),
    from_ip_addresses=at(*_related("Ip", "address")),
    tactics=at(
        "properties.additionalData.tactics",
        "additionalData.tactics",
        "additional_data.tactics",
        "AdditionalData.tactics",
    ),
    techniques=at(
        "properties.additionalData.techniques",
        "additionalData.techniques",
        "additional_data.techniques",
        "AdditionalData.techniques",
    ),
    indicators=(
        (IndicatorKind.URL, at(*_related("Url", "url"))),
        (IndicatorKind.DOMAIN, at(*_related("DnsResolution", "domainName"))),
        (IndicatorKind.FILE_HASH, at(*_related("FileHash", "hashValue"))),
    ),
    link=at("properties.incidentUrl", "incidentUrl", "incident_url", "IncidentUrl"),
)

SENTINEL_ALERT: Final = Format(
    name="microsoft-sentinel-alert",
    aliases=("sentinel-alert", "securityalert"),
    product="Microsoft Sentinel",
    documentation="https://learn.microsoft.com/azure/sentinel/security-alert-schema",
    shapes=(
        when("SystemAlertId", "AlertSeverity"),
        when("SystemAlertId", "Severity"),
        when("SystemAlertId", "AlertDisplayName"),
        when("kind = SecurityAlert", "properties.systemAlertId"),
    ),
    product_name=at("ProductName", "properties.productName"),
    source_id=at("SystemAlertId", "properties.systemAlertId"),
    title=at("DisplayName", "AlertName", "AlertDisplayName", "properties.alertDisplayName"),
    description=at("Description", "properties.description"),
    rule_id=at("ExtendedProperties.Analytic Rule Ids", "AlertType", "properties.alertType"),
    rule_name=at("ExtendedProperties.Analytic Rule Name", "AlertName", "AlertDisplayName"),
    event_at=at("StartTime", "StartTimeUtc", "properties.startTimeUtc"),
    detected_at=at("TimeGenerated", "ProcessingEndTime", "properties.timeGenerated", "EndTime", "EndTimeUtc"),
    severity=(Scale(_SEVERITY, at("AlertSeverity", "Severity", "properties.severity"), WORDS),),
    status=at("Status", "properties.status"),
    statuses=_STATUSES,
    organization=at("TenantId", "WorkspaceId"),
    hosts=at("Entities[Type=host].HostName", "Entities[Type=host].NetBiosName", "CompromisedEntity"),
    users=at("Entities[Type=account].Name", "Entities[Type=mailbox].MailboxPrimaryAddress"),
    files=at("Entities[Type=file].Name"),
    hashes=at("Entities[Type=filehash].Value", "Entities[Type=file].FileHashes.Value"),
    processes=at("Entities[Type=process].CommandLine"),
    cloud_resources=at(
        "Entities[Type=azure-resource].ResourceId", "ResourceIdentifiers.AzureResourceId", "ResourceId"
    ),
    from_ip_addresses=at("Entities[Type=ip].Address"),
    tactics=at("Tactics", "properties.tactics", "ExtendedProperties.Tactics"),
    techniques=at("Techniques", "SubTechniques", "properties.techniques"),
    indicators=(
        (IndicatorKind.URL, at("Entities[Type=url].Url")),
        (IndicatorKind.DOMAIN, at("Entities[Type=dns].DomainName")),
        (IndicatorKind.FILE_HASH, at("Entities[Type=filehash].Value")),
    ),
    link=at("AlertLink", "AlertUri", "properties.alertLink"),
)
