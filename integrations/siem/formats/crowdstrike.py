"""CrowdStrike Falcon: Event Streams, Falcon Data Replicator, and the alerts and (retired) detects APIs.

After the Streaming API event dictionary (falcon.crowdstrike.com); LogScale's (Next-Gen SIEM's) webhook is a
format of its own. Numbers are on two scales: the retired
DetectionSummaryEvent counts 1 to 5, all later events 1 to 100; a name, where there is one, comes before
either.
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
    Places,
    Scale,
    at,
    when,
)
from playbooks.domain.alert import AlertStatus, IndicatorKind

_SAMPLE: Final = "CROWDSTRIKE_SAMPLE_DETECTION|non-malicious sample detection|for evaluation only - benign"
"""What Falcon's own sample detection says: its command line, and its description over the years."""

_TOLD: Final = (
    "event.CommandLine",
    "event.Description",
    "event.DetectDescription",
    "cmdline",
    "description",
    "behaviors.cmdline",
    "behaviors.description",
)
_NUMBERS: Final = at("event.Severity", "Severity", "severity", "max_severity")
_KINDS: Final = ("metadata.eventType", "event.ExternalApiType", "fdr_event_type")
"""Where streams, the SIEM connector and the data replicator name an event's kind; the latter put `Event_` before it."""

_COUNTED_TO_5: Final = (
    "DetectionSummaryEvent|Event_DetectionSummaryEvent|CustomerIOCEvent|Event_CustomerIOCEvent"
)
_NAMED_ONLY: Final = "IdentityProtectionEvent|Event_IdentityProtectionEvent"
"""The number is an ordinal of its own (0 is INFO), and the name stands beside it."""


def _indicated(types: str) -> Places:
    """Where an indicator of these types stands, in streams and in what the APIs give."""
    return at(
        f"event[IOCType={types}].IOCValue",
        f"[ioc_type={types}].ioc_value",
        f"ioc_context[ioc_type={types}].ioc_value",
        f"behaviors[ioc_type={types}].ioc_value",
    )


CROWDSTRIKE: Final = Format(
    name="crowdstrike-falcon",
    aliases=("crowdstrike", "falcon"),
    product="CrowdStrike Falcon",
    documentation="https://falcon.crowdstrike.com/documentation/page/d88d8ed6/streaming-api-event-dictionary",
    shapes=(
        when("metadata.eventType", "metadata.customerIDString", "event"),
        when("fdr_event_type", "cid"),
        when("event.ExternalApiType", "event.Severity"),
        when("composite_id", "severity", "agent_id"),
        when("composite_id", "severity", "product"),
        when("detection_id", "max_severity", "behaviors"),
        when("incident_id", "fine_score"),
    ),
    source_id=at(
        "event.CompositeId",
        "event.DetectId",
        "event.IdentityProtectionIncidentId",
        "event.IncidentId",
        "event.IncidentID",
        "composite_id",
        "detection_id",
        "incident_id",
    ),
    occurrence=at("event.SignalUpdatedTimestamp", "updated_timestamp", "modified_timestamp"),
    correlation_uid=at("event.AggregateId", "aggregate_id"),
    title=at(
        "event.DetectName",
        "event.Name",
        "event.IncidentDescription",
        "display_name",
        "name",
        "behaviors.display_name",
        "event.OperationName",
        "metadata.eventType",
        "PatternDispositionDescription",
    ),
    description=at(
        "event.DetectDescription",
        "event.Description",
        "event.IncidentDescription",
        "description",
        "behaviors.description",
        "event.ThreatgraphIndicators.Description",
        "PatternDispositionDescription",
    ),
    rule_id=at("event.PatternId", "pattern_id", "behaviors.pattern_id"),
    rule_name=at("event.DetectName", "event.Name", "event.IncidentType", "display_name"),
    event_at=at(
        "event.ProcessStartTime",
        "event.StartTimeEpoch",
        "event.SignalStartTimestamp",
        "event.StartTime",
        "event.IncidentStartTime",
        "event.ContextTimeStamp",
        "event.UTCTimestamp",
        "event.timestamp",
        "timestamp",
        "first_behavior",
        "start_time",
        "start",
    ),
    detected_at=at(
        "metadata.eventCreationTime",
        "created_timestamp",
        "event.UTCTimestamp",
        "event.timestamp",
        "created",
    ),
    severity=(
        Scale(
            "CrowdStrike's name for it",
            at("event.SeverityName", "SeverityName", "severity_name", "max_severity_displayname"),
            WORDS,
        ),
        *(
            Scale(
                "CrowdStrike 1-5",
                _NUMBERS,
                {"1": INFORMATIONAL, "2": LOW, "3": MEDIUM, "4": HIGH, "5": CRITICAL},
                when=when(f"{kind} = {_COUNTED_TO_5}"),
            )
            for kind in _KINDS
        ),
        Scale(
            "CrowdStrike 1-100",
            _NUMBERS,
            bands=((1, INFORMATIONAL), (20, LOW), (40, MEDIUM), (60, HIGH), (80, CRITICAL)),
            top=100,
            when=when(*(f"!{kind} = {_COUNTED_TO_5}|{_NAMED_ONLY}" for kind in _KINDS)),
        ),
    ),
    status=at("event.State", "status"),
    statuses={
        "open": AlertStatus.NEW,
        "reopened": AlertStatus.UPDATE,
        "true_positive": AlertStatus.UPDATE,
        "false_positive": AlertStatus.RESOLVED,
        "ignored": AlertStatus.RESOLVED,
        "20": AlertStatus.NEW,
        "25": AlertStatus.UPDATE,
        "30": AlertStatus.UPDATE,
        "40": AlertStatus.RESOLVED,
    },
    test=tuple(when(f"{place} ~ {_SAMPLE}") for place in _TOLD),
    organization=at("metadata.customerIDString", "event.CustomerIdString", "cid"),
    hosts=at(
        "event.ComputerName",
        "event.Hostname",
        "event.EndpointName",
        "event.SourceEndpointHostName",
        "source_endpoint_host_name",
        "target_endpoint_host_name",
        "event.HostNames",
        "event.ThreatgraphIndicators.Hostname",
        "device.hostname",
        "hosts.hostname",
        "Hostname",
    ),
    users=at(
        "event.UserName",
        "event.SourceAccountName",
        "event.SourceAccountUpn",
        "source_account_name",
        "user_name",
        "user_names",
        "users",
        "behaviors.user_name",
    ),
    ip_addresses=at("event.LocalIP", "event.EndpointIp", "device.local_ip", "device.external_ip"),
    files=at(
        "event.FilePath",
        "event.FileName",
        "event.FilesWritten.FileName",
        "filepath",
        "filename",
        "behaviors.filepath",
        "behaviors.filename",
    ),
    hashes=at(
        "event.SHA256String",
        "event.MD5String",
        "event.SHA256Hashes",
        "SHA256String",
        "sha256",
        "md5",
        "behaviors.sha256",
        "behaviors.md5",
    ),
    processes=at("event.CommandLine", "CommandLine", "cmdline", "behaviors.cmdline"),
    cloud_resources=at("event.ResourceId", "event.CloudResourceId"),
    from_ip_addresses=at(
        "event.NetworkAccesses.RemoteAddress",
        "event.SourceEndpointIpAddress",
        "event.OriginSourceIpAddress",
        "source_endpoint_address_ip4",
        "network_accesses.remote_address",
    ),
    tactics=at(
        "event.MitreAttack.TacticID",
        "event.TacticIds",
        "event.Tactic",
        "event.Tactics",
        "tactic_id",
        "tactic",
        "tactics",
        "mitre_attack.tactic_id",
        "behaviors.tactic",
    ),
    techniques=at(
        "event.MitreAttack.TechniqueID",
        "event.TechniqueIds",
        "event.TechniqueId",
        "technique_id",
        "mitre_attack.technique_id",
        "behaviors.technique_id",
    ),
    indicators=(
        (IndicatorKind.FILE_HASH, _indicated("hash_sha256|hash_md5|sha256|md5")),
        (IndicatorKind.DOMAIN, _indicated("domain")),
        (IndicatorKind.IP_ADDRESS, _indicated("ipv4|ipv6|ip")),
    ),
    link=at("event.FalconHostLink", "falcon_host_link"),
)

LOGSCALE: Final = Format(
    name="crowdstrike-logscale",
    aliases=("logscale", "humio", "falcon-logscale", "next-gen-siem"),
    product="CrowdStrike Falcon LogScale",
    documentation="https://library.humio.com/data-analysis/automated-actions-webhooks.html",
    shapes=(
        when("alert.name", "repository", "alert.query"),
        when("alert.name", "numberOfEvents", "timestamp"),
    ),
    source_id=at("alert.id"),
    occurrence=at("timestamp"),
    title=at("alert.name"),
    description=at("alert.description", "alert.query.queryString"),
    rule_id=at("alert.id"),
    rule_name=at("alert.name"),
    event_at=at("events.@timestamp", "timestamp"),
    detected_at=at("timestamp"),
    severity=(Scale("stated in the found events", at("severity", "events.severity"), WORDS),),
    hosts=at("events.ComputerName", "events.host.name", "events.hostname"),
    users=at("events.UserName", "events.user.name"),
    from_ip_addresses=at("events.source.ip", "events.src_ip"),
    link=at("alert.linkURL", "linkURL"),
)
"""The default body of LogScale's webhook action: a saved search that found something, without a severity."""
