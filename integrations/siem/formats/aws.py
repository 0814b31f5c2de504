"""Amazon GuardDuty, Security Hub (ASFF) and CloudWatch alarms, plain or inside SNS and EventBridge.

After https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html,
https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html and
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html.
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


def _both(*members: str) -> tuple[str, ...]:
    """A path as EventBridge writes it (camelCase) and as the API does (PascalCase)."""
    pascal = (".".join(key[0].upper() + key[1:] for key in member.split(".")) for member in members)
    return (*members, *pascal)


_ACTIONS: Final = (
    "awsApiCallAction",
    "networkConnectionAction",
    "portProbeAction.portProbeDetails",
    "kubernetesApiCallAction",
)
_REMOTE: Final = _both(
    *(f"service.action.{action}.remoteIpDetails.ipAddressV4" for action in _ACTIONS),
    *(f"service.action.{action}.remoteIpDetails.ipAddressV6" for action in _ACTIONS),
    "service.action.rdsLoginAttemptAction.remoteIpDetails.ipAddressV4",
    "service.detection.sequence.endpoints.ip",
)
_SCANNED: Final = "service.ebsVolumeScanDetails.scanDetections.threatDetectedByName.threatNames.filePaths"
_THREATS: Final = "service.malwareScanDetails.threats"
"""Malware Protection of volumes, and of buckets and backups."""

_MALWARE: Final = _both(
    f"{_SCANNED}.hash", f"{_THREATS}.hash", f"{_THREATS}.itemPaths.hash", f"{_THREATS}.itemDetails.hash"
)
_SEQUENCE: Final = (
    "service.detection.sequence.sequenceIndicators",
    "service.detection.sequence.signals.signalIndicators",
    "service.detection.sequence.signals.indicators",
)
"""An attack sequence tells its actors, resources and ATT&CK in members of its own."""


def _told(key: str) -> tuple[str, ...]:
    return (
        *(f"{place}[key={key}].values" for place in _SEQUENCE),
        *(f"{path}[Key={key}].Values" for path in _both(*_SEQUENCE)[len(_SEQUENCE) :]),
    )


GUARDDUTY: Final = Format(
    name="aws-guardduty",
    aliases=("guardduty",),
    product="Amazon GuardDuty",
    documentation="https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_finding-format.html",
    shapes=(
        when("service.serviceName = guardduty"),
        when("Service.ServiceName = guardduty"),
        when("arn ~ :guardduty:", "type", "severity"),
        when("Arn ~ :guardduty:", "Type", "Severity"),
    ),
    source_id=at(*_both("id")),
    occurrence=at(*_both("updatedAt")),
    title=at(*_both("title", "type")),
    description=at(*_both("description")),
    rule_id=at(*_both("type")),
    rule_name=at(*_both("type")),
    event_at=at(*_both("service.eventFirstSeen", "service.eventLastSeen")),
    detected_at=at(*_both("createdAt", "updatedAt")),
    severity=(
        Scale(
            "GuardDuty 1.0-10.0",
            at(*_both("severity")),
            bands=((0.1, LOW), (4, MEDIUM), (7, HIGH), (9, CRITICAL)),
            top=10,
        ),
    ),
    resolved=(when("service.archived = true"), when("Service.Archived = true")),
    test=(
        when("service.additionalInfo.sample = true"),
        when("service.additionalInfo.value.sample = true"),
        when("Service.AdditionalInfo.Value.sample = true"),
    ),
    organization=at(*_both("accountId"), "^.account"),
    hosts=at(
        *_both("resource.kubernetesDetails.kubernetesWorkloadDetails.name", "resource.eksClusterDetails.name")
    ),
    users=at(
        *_both(
            "resource.accessKeyDetails.userName",
            "resource.rdsDbUserDetails.user",
            "resource.kubernetesDetails.kubernetesUserDetails.username",
            "service.detection.sequence.actors.user.name",
        )
    ),
    ip_addresses=at(
        *_both(
            "resource.instanceDetails.networkInterfaces.privateIpAddress",
            "resource.instanceDetails.networkInterfaces.publicIp",
        )
    ),
    files=at(
        *_both(
            f"{_SCANNED}.filePath",
            f"{_THREATS}.itemPaths.nestedItemPath",
            "resource.s3BucketDetails.s3ObjectDetails.objectArn",
        )
    ),
    hashes=at(*_MALWARE, *_both("service.runtimeDetails.process.executableSha256")),
    processes=at(
        *_both("service.runtimeDetails.process.executablePath", "service.runtimeDetails.process.name")
    ),
    cloud_resources=at(
        *_both(
            "resource.instanceDetails.instanceId",
            "resource.s3BucketDetails.arn",
            "resource.ecsClusterDetails.arn",
            "resource.eksClusterDetails.arn",
            "service.detection.sequence.resources.uid",
            "resource.lambdaDetails.functionArn",
            "resource.rdsDbInstanceDetails.dbInstanceArn",
            "resource.accessKeyDetails.accessKeyId",
        )
    ),
    from_ip_addresses=at(*_REMOTE),
    tactics=at(*_both("type"), *_told("ATTACK_TACTIC")),
    techniques=at(*_told("ATTACK_TECHNIQUE")),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at(*_REMOTE)),
        (IndicatorKind.DOMAIN, at(*_both("service.action.dnsRequestAction.domain"))),
        (IndicatorKind.FILE_HASH, at(*_MALWARE)),
    ),
)

SECURITY_HUB: Final = Format(
    name="aws-security-hub-asff",
    aliases=("security-hub", "securityhub", "asff", "aws-security-hub"),
    product="AWS Security Hub",
    documentation="https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-syntax.html",
    shapes=(
        when("SchemaVersion = 2018-10-08", "ProductArn"),
        when("AwsAccountId", "GeneratorId", "ProductArn"),
    ),
    product_name=at("ProductName", "ProductFields.aws/securityhub/ProductName"),
    source_id=at("Id"),
    occurrence=at("UpdatedAt"),
    title=at("Title"),
    description=at("Description"),
    rule_id=at("GeneratorId"),
    rule_name=at("Types"),
    event_at=at("FirstObservedAt", "LastObservedAt", "CreatedAt"),
    detected_at=at("CreatedAt", "UpdatedAt", "ProcessedAt"),
    severity=(
        Scale("Security Hub's label", at("Severity.Label", "FindingProviderFields.Severity.Label"), WORDS),
        Scale(
            "Security Hub 0-100",
            at("Severity.Normalized"),
            bands=((0, INFORMATIONAL), (1, LOW), (40, MEDIUM), (70, HIGH), (90, CRITICAL)),
            top=100,
        ),
    ),
    status=at("Workflow.Status", "WorkflowState"),
    statuses={"notified": AlertStatus.UPDATE, "suppressed": AlertStatus.RESOLVED},
    resolved=(when("RecordState = ARCHIVED"), when("Compliance.Status = PASSED")),
    test=(when("Sample = true"), when("ProductFields.aws/guardduty/service/additionalInfo/sample = true")),
    organization=at("AwsAccountName", "AwsAccountId"),
    hosts=at("Resources.Details.AwsEc2Instance.PrivateDnsName"),
    users=at(
        "Resources.Details.AwsIamAccessKey.UserName",
        "Resources.Details.AwsIamAccessKey.PrincipalName",
        "Resources.Details.AwsIamAccessKey.SessionContext.SessionIssuer.UserName",
        "Resources.Details.AwsIamUser.UserName",
    ),
    ip_addresses=at("Resources.Details.AwsEc2Instance.IpV4Addresses", "Network.DestinationIpV4"),
    files=at("Malware.Path"),
    hashes=at("Threats.FilePaths.Hash"),
    processes=at("Process.Path", "Process.Name"),
    cloud_resources=at("Resources.Id"),
    from_ip_addresses=at(
        "Network.SourceIpV4",
        "Action.AwsApiCallAction.RemoteIpDetails.IpAddressV4",
        "Action.NetworkConnectionAction.RemoteIpDetails.IpAddressV4",
        "Action.PortProbeAction.PortProbeDetails.RemoteIpDetails.IpAddressV4",
    ),
    tactics=at("Types"),
    techniques=at("Types", "Detection.Sequence.Signals.SignalIndicators.Values"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at("ThreatIntelIndicators[Type=IPV4_ADDRESS|IPV6_ADDRESS].Value")),
        (
            IndicatorKind.DOMAIN,
            at("ThreatIntelIndicators[Type=DOMAIN].Value", "Action.DnsRequestAction.Domain"),
        ),
        (IndicatorKind.URL, at("ThreatIntelIndicators[Type=URL].Value")),
        (IndicatorKind.FILE_HASH, at("ThreatIntelIndicators[Type=HASH_MD5|HASH_SHA1|HASH_SHA256].Value")),
    ),
    link=at("SourceUrl"),
)

CLOUDWATCH: Final = Format(
    name="aws-cloudwatch-alarm",
    aliases=("cloudwatch", "aws-cloudwatch"),
    product="Amazon CloudWatch",
    documentation="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html",
    shapes=(
        when("AlarmName", "NewStateValue"),
        when("AlarmName", "MetricName", "Threshold"),
        when("AlarmName", "StateValue"),
        when("alarmName", "state.value"),
    ),
    source_id=at("AlarmArn", "^.resources", "^.alarmArn", "AlarmName", "alarmName"),
    occurrence=at("StateChangeTime", "state.timestamp", "StateUpdatedTimestamp"),
    title=at("AlarmName", "alarmName"),
    description=at(
        "NewStateReason", "state.reason", "StateReason", "AlarmDescription", "configuration.description"
    ),
    rule_id=at("AlarmArn", "^.resources", "^.alarmArn", "AlarmName", "alarmName"),
    rule_name=at("AlarmName", "alarmName"),
    event_at=at("StateChangeTime", "state.timestamp", "StateUpdatedTimestamp"),
    detected_at=at("StateChangeTime", "state.timestamp", "StateUpdatedTimestamp", "^.Timestamp", "^.time"),
    status=at("NewStateValue", "state.value", "StateValue"),
    statuses={"insufficient_data": AlertStatus.UPDATE},
    organization=at("AWSAccountId", "^.account", "^.accountId"),
    cloud_resources=at(
        "Trigger.Dimensions.value",
        "Dimensions.Value",
        "configuration.metrics.metricStat.metric.dimensions.InstanceId",
        "^.resources",
    ),
)
