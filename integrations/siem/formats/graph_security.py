"""Microsoft Graph security: alerts (v2 and the retired v1) and incidents of Defender XDR.

After https://learn.microsoft.com/graph/api/resources/security-alert and .../security-incident.
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

STATUSES: Final = {
    "new": AlertStatus.NEW,
    "newalert": AlertStatus.NEW,
    "active": AlertStatus.NEW,
    "inprogress": AlertStatus.UPDATE,
    "awaitingaction": AlertStatus.UPDATE,
    "resolved": AlertStatus.RESOLVED,
    "dismissed": AlertStatus.RESOLVED,
    "redirected": AlertStatus.RESOLVED,
}
SEVERITY: Final = "Microsoft: informational to high"


def _evidence(*members: str, within: str = "") -> tuple[str, ...]:
    return tuple(f"{within}evidence.{member}" for member in members)


GRAPH_ALERT: Final = Format(
    name="microsoft-graph-security-alert",
    aliases=("graph-security", "graph", "microsoft-graph", "defender", "defender-xdr", "microsoft-defender"),
    product="Microsoft Defender",
    documentation="https://learn.microsoft.com/graph/api/resources/security-alert",
    shapes=(
        when("@odata.type = #microsoft.graph.security.alert"),
        when("serviceSource", "severity", "title", "createdDateTime"),
        when("alertWebUrl", "severity", "title"),
        when("vendorInformation.provider", "severity", "title"),
    ),
    product_name=at("productName", "vendorInformation.provider"),
    source_id=at("id"),
    occurrence=at("lastUpdateDateTime", "lastModifiedDateTime"),
    correlation_uid=at("incidentId"),
    title=at("title"),
    description=at("description"),
    rule_id=at("detectorId", "alertPolicyId"),
    rule_name=at("title"),
    event_at=at("firstActivityDateTime", "eventDateTime", "lastActivityDateTime"),
    detected_at=at("createdDateTime"),
    severity=(Scale(SEVERITY, at("severity"), WORDS),),
    status=at("status"),
    statuses=STATUSES,
    test=(when("classification = informationalExpectedActivity", "determination = securityTesting"),),
    organization=at("tenantId", "azureTenantId"),
    hosts=at(*_evidence("deviceDnsName", "hostName"), "hostStates.fqdn", "hostStates.netBiosName"),
    users=at(
        *_evidence("userAccount.userPrincipalName", "userAccount.accountName", "primaryAddress"),
        *_evidence("recipientEmailAddress", "loggedOnUsers.accountName"),
        "userStates.userPrincipalName",
        "userStates.accountName",
    ),
    files=at(
        *_evidence("fileDetails.filePath", "fileDetails.fileName"), "fileStates.path", "fileStates.name"
    ),
    hashes=at(
        *_evidence("fileDetails.sha256", "fileDetails.sha1", "imageFile.sha256"),
        "fileStates.fileHash.hashValue",
    ),
    processes=at(*_evidence("processCommandLine"), "processes.commandLine"),
    cloud_resources=at(
        *_evidence("resourceId", "vmMetadata.resourceId"), "cloudAppStates.destinationServiceName"
    ),
    ip_addresses=at("hostStates.privateIpAddress", "networkConnections.destinationAddress"),
    from_ip_addresses=at(
        *_evidence("ipAddress", "senderIp"), "networkConnections.sourceAddress", "userStates.logonIp"
    ),
    tactics=at("category"),
    techniques=at("mitreTechniques"),
    indicators=(
        (IndicatorKind.URL, at(*_evidence("url", "urls"), "networkConnections.destinationUrl")),
        (IndicatorKind.FILE_HASH, at(*_evidence("fileDetails.sha256"), "fileStates.fileHash.hashValue")),
        (IndicatorKind.EMAIL, at(*_evidence("p1Sender.emailAddress", "p2Sender.emailAddress"))),
        (IndicatorKind.DOMAIN, at(*_evidence("domainName"), "networkConnections.destinationDomain")),
    ),
    link=at("alertWebUrl", "incidentWebUrl", "sourceMaterials"),
)

GRAPH_INCIDENT: Final = Format(
    name="microsoft-graph-security-incident",
    aliases=("graph-incident", "defender-incident", "microsoft-365-defender-incident"),
    product="Microsoft Defender XDR",
    documentation="https://learn.microsoft.com/graph/api/resources/security-incident",
    shapes=(
        when("@odata.type = #microsoft.graph.security.incident"),
        when("displayName", "incidentWebUrl", "severity"),
        when("incidentName", "incidentId", "severity"),
    ),
    source_id=at("id", "incidentId"),
    occurrence=at("lastUpdateDateTime", "lastUpdateTime"),
    correlation_uid=at("id", "incidentId"),
    title=at("displayName", "incidentName"),
    description=at("description", "summary", "alerts.description"),
    event_at=at("alerts.firstActivityDateTime", "alerts.firstActivity"),
    detected_at=at("createdDateTime", "createdTime"),
    severity=(Scale(SEVERITY, at("severity"), WORDS),),
    status=at("status"),
    statuses=STATUSES,
    organization=at("tenantId"),
    hosts=at(*_evidence("deviceDnsName", "hostName", within="alerts."), "alerts.devices.deviceDnsName"),
    users=at(*_evidence("userAccount.userPrincipalName", "userAccount.accountName", within="alerts.")),
    files=at(*_evidence("fileDetails.filePath", "fileDetails.fileName", within="alerts.")),
    hashes=at(
        *_evidence("fileDetails.sha256", "fileDetails.sha1", within="alerts."), "alerts.entities.sha256"
    ),
    processes=at(*_evidence("processCommandLine", within="alerts."), "alerts.entities.processCommandLine"),
    cloud_resources=at(*_evidence("resourceId", "vmMetadata.resourceId", within="alerts.")),
    from_ip_addresses=at(*_evidence("ipAddress", within="alerts."), "alerts.entities.ipAddress"),
    tactics=at("alerts.category"),
    techniques=at("alerts.mitreTechniques"),
    indicators=((IndicatorKind.URL, at(*_evidence("url", within="alerts."))),),
    link=at("incidentWebUrl", "incidentUri"),
)
