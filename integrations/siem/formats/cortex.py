"""Palo Alto Networks Cortex XDR and XSIAM: alerts (issues) and incidents (cases) of the public API.

After https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API. Times are milliseconds; a column may
hold a small counter instead, which is no time.
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
from integrations.siem.paths import Json
from playbooks.domain.alert import AlertStatus, IndicatorKind

_WORDS: Final = {
    **WORDS,
    "sev_010_info": INFORMATIONAL,
    "sev_020_low": LOW,
    "sev_030_medium": MEDIUM,
    "sev_040_high": HIGH,
    "sev_050_critical": CRITICAL,
}


def _named(body: dict[str, Json]) -> dict[str, Json]:
    """The body with `host_names`: an incident's hosts stand as `name:endpoint id`."""
    hosts = body.get("hosts")
    listed = hosts if isinstance(hosts, list) else [hosts]
    return {**body, "host_names": [one.partition(":")[0] for one in listed if isinstance(one, str)]}


CORTEX_XDR: Final = Format(
    name="paloalto-cortex-xdr",
    aliases=("cortex-xdr", "cortex", "cortex-xsiam", "paloalto"),
    product="Cortex XDR",
    documentation="https://docs-cortex.paloaltonetworks.com/r/Cortex-XDR-REST-API/Get-Alerts-Multi-Events-v2",
    shapes=(
        when("alert_id", "severity", "matching_status"),
        when("alert_id", "severity", "detection_timestamp"),
        when("external_id", "severity", "resolution_status"),
        when("incident_id", "xdr_url"),
        when("issue_id", "severity", "detection_method"),
        when("case_id", "severity", "case_name"),
        when("incident_id", "alert_count", "severity"),
    ),
    prepare=_named,
    source_id=at("alert_id", "issue_id", "incident_id", "external_id", "case_id"),
    occurrence=at("modification_time", "last_modified_ts"),
    correlation_uid=at("case_id"),
    title=at("name", "incident_name", "alert_name", "case_name", "description"),
    description=at("description"),
    rule_id=at("matching_service_rule_id"),
    rule_name=at("name", "alert_name"),
    event_at=at("events.event_timestamp", "event_timestamp", "creation_time", "detection_timestamp"),
    detected_at=at("detection_timestamp", "local_insert_ts", "creation_time"),
    severity=(Scale("Cortex XDR: informational to critical", at("severity"), _WORDS),),
    status=at("resolution_status", "status"),
    statuses={"under": AlertStatus.UPDATE, "progress": AlertStatus.UPDATE},
    test=(when("resolution_status ~ resolved_security_testing"),),
    organization=at("agent_device_domain"),
    hosts=at("host_name", "agent_hostname", "host_names", "agent_fqdn"),
    users=at("user_name", "events.user_name", "users", "events.actor_effective_username"),
    ip_addresses=at("host_ip", "events.action_local_ip"),
    files=at("action_file_path", "events.action_file_path", "events.action_file_name"),
    hashes=at(
        "action_file_sha256",
        "events.action_file_sha256",
        "events.actor_process_image_sha256",
        "actor_process_image_sha256",
        "events.actor_process_image_md5",
    ),
    processes=at(
        "actor_process_command_line",
        "events.actor_process_command_line",
        "events.action_process_image_command_line",
    ),
    cloud_resources=at("events.container_id", "events.cluster_name"),
    from_ip_addresses=at("events.action_remote_ip", "action_remote_ip"),
    from_hosts=at("events.action_external_hostname"),
    tactics=at("mitre_tactic_id_and_name", "mitre_tactics_ids_and_names", "category"),
    techniques=at("mitre_technique_id_and_name", "mitre_techniques_ids_and_names"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at("events.action_remote_ip", "action_remote_ip")),
        (IndicatorKind.DOMAIN, at("events.dns_query_name", "events.action_external_hostname")),
        (IndicatorKind.URL, at("malicious_urls")),
    ),
    link=at("xdr_url", "alert_link"),
)
