"""Thinkst Canary: console webhooks, incidents and events of its API, free canarytokens. None has a severity.

After https://docs.canary.tools/incidents/ and https://docs.canarytokens.org/guide/.
"""

from typing import Final

from integrations.siem.format import Format, at, when
from playbooks.domain.alert import AlertStatus

CANARY: Final = Format(
    name="thinkst-canary",
    aliases=("canary", "thinkst", "canarytokens"),
    product="Thinkst Canary",
    documentation="https://docs.canary.tools/incidents/",
    shapes=(
        when("incident_id ~ incident:", "event_type = incident|event"),
        when("CanaryName", "IncidentKey"),
        when("CanaryID", "Description", "SourceIP"),
        when("flock_id", "description", "src_host"),
        when("updated_id", "description.src_host"),
        when("manage_url", "memo", "token"),
        when("manage_url", "memo", "channel"),
    ),
    source_id=at("incident_id", "IncidentKey", "IncidentHash", "id", "token"),
    occurrence=at("timestamp", "Timestamp", "time", "updated_std"),
    correlation_uid=at("incident_id", "IncidentKey"),
    title=at("summary", "Description", "description", "description.description", "memo"),
    description=at("Intro", "memo", "description", "Description"),
    rule_id=at("logtype", "description.logtype", "AlertType", "channel"),
    rule_name=at("description", "Description", "summary"),
    event_at=at("timestamp", "Timestamp", "timestamp_std", "created", "description.created", "time"),
    detected_at=at("created", "timestamp", "created_std", "Timestamp"),
    resolved=(when("acknowledged = true"), when("description.acknowledged = true")),
    statuses={"acknowledged": AlertStatus.RESOLVED},
    test=(when("token = a+test+token"), when("memo ~ congrats! the newly saved webhook")),
    organization=at("flock_name", "FlockName", "description.flock_name"),
    hosts=at("name", "CanaryName", "description.name", "LOCALNAME"),
    users=at("USER", "USERNAME"),
    ip_addresses=at("dst_host", "CanaryIP", "description.dst_host"),
    files=at("FILENAME"),
    from_ip_addresses=at("src_host", "SourceIP", "src_ip", "description.src_host", "ip_address"),
    from_hosts=at("src_host_reverse", "ReverseDNS", "description.src_host_reverse"),
    link=at("manage_url", "IncidentLink"),
)
