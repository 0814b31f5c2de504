"""SentinelOne: threats, custom (STAR) alerts, the activity they leave, unified alerts (identity and others).

After the management console's API documentation (/web/api/v2.1) and the unified alerts schema. A threat has a
confidence (malicious, suspicious) and no severity: that stays unknown.
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

_WORDS: Final = {
    **WORDS,
    "e_informational": INFORMATIONAL,
    "e_info": INFORMATIONAL,
    "e_low": LOW,
    "e_medium": MEDIUM,
    "e_high": HIGH,
    "e_critical": CRITICAL,
}
_STATUSES: Final = {
    "unresolved": AlertStatus.NEW,
    "in_progress": AlertStatus.UPDATE,
    "resolved": AlertStatus.RESOLVED,
}

SENTINELONE: Final = Format(
    name="sentinelone-alert",
    aliases=("sentinelone", "sentinelone-threat", "s1"),
    product="SentinelOne",
    documentation="https://usea1.sentinelone.net/api-doc/",
    shapes=(
        when("threatInfo", "agentRealtimeInfo"),
        when("threatInfo.threatId"),
        when("alertInfo.alertId", "ruleInfo"),
        when("activityuuid", "data.severity"),
        when("activityUuid", "data.severity"),
        when("activitytype", "primarydescription"),
        when("activityType", "primaryDescription"),
    ),
    source_id=at("threatInfo.threatId", "alertInfo.alertId", "data.alertid", "data.alertId", "id"),
    correlation_uid=at("threatInfo.storyline", "sourceProcessInfo.storyline"),
    title=at(
        "threatInfo.threatName",
        "ruleInfo.name",
        "data.rulename",
        "data.ruleName",
        "primarydescription",
        "primaryDescription",
    ),
    description=at(
        "primarydescription",
        "primaryDescription",
        "ruleInfo.description",
        "threatInfo.classification",
        "data.ruledescription",
    ),
    rule_id=at("ruleInfo.id", "data.ruleid", "data.ruleId"),
    rule_name=at("ruleInfo.name", "data.rulename", "data.ruleName", "threatInfo.classification"),
    event_at=at("threatInfo.identifiedAt", "alertInfo.createdAt", "data.detectedat", "data.detectedAt"),
    detected_at=at("threatInfo.createdAt", "alertInfo.reportedAt", "createdat", "createdAt"),
    severity=(
        Scale("SentinelOne: Info to Critical", at("ruleInfo.severity", "data.severity", "severity"), _WORDS),
    ),
    status=at("threatInfo.incidentStatus", "alertInfo.incidentStatus"),
    statuses=_STATUSES,
    organization=at(
        "agentRealtimeInfo.siteName",
        "agentDetectionInfo.siteName",
        "agentDetectionInfo.accountName",
        "sitename",
        "siteName",
    ),
    hosts=at(
        "agentRealtimeInfo.agentComputerName",
        "agentDetectionInfo.name",
        "data.computername",
        "data.computerName",
    ),
    users=at(
        "threatInfo.processUser",
        "agentDetectionInfo.agentLastLoggedInUserName",
        "sourceProcessInfo.user",
        "data.username",
    ),
    ip_addresses=at(
        "agentDetectionInfo.agentIpV4", "agentRealtimeInfo.networkInterfaces.inet", "data.agentipv4"
    ),
    files=at("threatInfo.filePath", "sourceProcessInfo.filePath", "data.filepath"),
    hashes=at(
        "threatInfo.sha256",
        "threatInfo.sha1",
        "threatInfo.md5",
        "sourceProcessInfo.fileHashSha256",
        "data.filecontenthash",
    ),
    processes=at(
        "threatInfo.maliciousProcessArguments",
        "sourceProcessInfo.commandline",
        "threatInfo.originatorProcess",
    ),
    cloud_resources=at("agentRealtimeInfo.cloudInstanceId", "containerInfo.id"),
    from_ip_addresses=at("alertInfo.srcIp", "data.srcip"),
    tactics=at("indicators.tactics.name"),
    techniques=at("indicators.tactics.techniques.name", "indicators.tactics.techniques.link"),
    indicators=(
        (IndicatorKind.FILE_HASH, at("threatInfo.sha256", "threatInfo.sha1")),
        (IndicatorKind.DOMAIN, at("alertInfo.dnsRequest")),
    ),
    link=at("threatInfo.url"),
)

SENTINELONE_UNIFIED: Final = Format(
    name="sentinelone-identity-alert",
    aliases=("sentinelone-unified-alert", "sentinelone-identity"),
    product="SentinelOne",
    documentation="https://community.sentinelone.com/s/article/000010063",
    shapes=(
        when("detectionSource.product", "detectedAt", "name"),
        when("attackSurfaces", "detectedAt", "name"),
    ),
    source_id=at("id"),
    correlation_uid=at("storylineId"),
    title=at("name"),
    description=at("description"),
    rule_name=at("name"),
    event_at=at("firstSeenAt", "detectedAt"),
    detected_at=at("detectedAt", "createdAt"),
    severity=(Scale("SentinelOne: INFO to CRITICAL", at("severity"), _WORDS),),
    status=at("status"),
    statuses=_STATUSES,
    organization=at("realTime.scope.site.name", "detectionTime.scope.site.name"),
    hosts=at("assets.name", "detectionTime.asset.name", "primaryAsset.name"),
    users=at("process.username", "targetUser.name"),
    files=at("process.file.path"),
    hashes=at("process.file.sha256", "process.file.sha1", "process.file.md5"),
    processes=at("process.cmdLine"),
    from_ip_addresses=at("sourceIp", "rawIndicators.src_endpoint.ip"),
    tactics=at("rawIndicators.attacks.tactics.name", "attacks.tactic.name"),
    techniques=at("rawIndicators.attacks.technique.uid", "attacks.technique.uid"),
)
