"""Splunk: the webhook alert action, and notables (findings) of Enterprise Security.

The webhook sends the first result of a saved search and no severity of its own
(https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks); a severity counts only where the result
states it in words. A notable's urgency (severity weighed with the asset's priority) comes before its severity
(https://help.splunk.com/splunk-enterprise-security-7, "How urgency is assigned").
"""

from typing import Final

from integrations.siem.format import WORDS, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

_STATUSES: Final = {
    **dict.fromkeys(("0", "1", "unassigned", "new"), AlertStatus.NEW),
    **dict.fromkeys(("2", "3", "in progress", "pending"), AlertStatus.UPDATE),
    **dict.fromkeys(("4", "5", "resolved", "closed"), AlertStatus.RESOLVED),
}

SPLUNK_WEBHOOK: Final = Format(
    name="splunk-webhook",
    aliases=("splunk",),
    product="Splunk",
    documentation="https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks",
    shapes=(when("sid", "result", "results_link"), when("sid", "result", "search_name")),
    source_id=at("sid"),
    occurrence=at("result.event_id", "result._cd", "result.event_hash", "result._serial", "result._time"),
    title=at("result.rule_title", "search_name", "sid"),
    description=at("result._raw", "result.message", "result.description"),
    rule_name=at("search_name"),
    event_at=at("result._time", "result._indextime"),
    severity=(Scale("stated in the search result", at("result.urgency", "result.severity"), WORDS),),
    organization=at("result.tenant"),
    hosts=at(
        "result.dest",
        "result.dvc",
        "result.host",
        "result.dest_host",
        "result[risk_object_type=system].risk_object",
    ),
    users=at("result.user", "result.dest_user", "result[risk_object_type=user].risk_object"),
    ip_addresses=at("result.dest_ip"),
    files=at("result.file_path", "result.file_name"),
    hashes=at("result.file_hash"),
    processes=at("result.process"),
    from_ip_addresses=at("result.src_ip", "result.src", "result.clientip"),
    from_users=at("result.src_user"),
    tactics=at(
        "result.annotations.mitre_attack.mitre_tactic_id",
        "result.annotations.mitre_attack.mitre_tactic",
        "result.mitre_tactic_id",
        "result.mitre_tactic",
    ),
    techniques=at(
        "result.annotations.mitre_attack.mitre_technique_id",
        "result.annotations.mitre_attack",
        "result.mitre_technique_id",
        "result.mitre_technique",
    ),
    link=at("results_link"),
)

SPLUNK_NOTABLE: Final = Format(
    name="splunk-es-notable",
    aliases=("splunk-es", "splunk-notable", "splunk-enterprise-security"),
    product="Splunk Enterprise Security",
    documentation="https://help.splunk.com/splunk-enterprise-security-7/user-guide",
    shapes=(
        when("event_id ~ @@notable@@"),
        when("index = notable", "search_name"),
        when("rule_title", "urgency", "security_domain"),
        when("rule_name", "urgency", "event_id"),
        when("finding_title", "urgency"),
    ),
    product_name=at("vendor_product_name"),
    source_id=at("event_id", "finding_id", "event_hash"),
    correlation_uid=at("investigation_id"),
    title=at("rule_title", "finding_title", "rule_name", "search_name", "source"),
    description=at(
        "rule_description", "finding_description", "description", "savedsearch_description", "orig_raw"
    ),
    rule_id=at("source", "search_name"),
    rule_name=at("rule_name", "search_name"),
    event_at=at("orig_time", "finding_time", "_time"),
    detected_at=at("_time", "_indextime"),
    severity=(Scale("Splunk ES: urgency, else severity", at("urgency", "severity"), WORDS),),
    status=at("status_label", "status"),
    statuses=_STATUSES,
    organization=at("tenant"),
    hosts=at("dest", "dest_host", "dvc", "orig_host", "[risk_object_type=system].risk_object"),
    users=at("user", "dest_user", "target_user", "[risk_object_type=user].risk_object"),
    ip_addresses=at("dest_ip"),
    files=at("file_path", "file_name"),
    hashes=at("file_hash"),
    processes=at("process", "process_name"),
    from_ip_addresses=at("src_ip", "src"),
    from_hosts=at("src_host"),
    from_users=at("src_user"),
    tactics=at(
        "annotations.mitre_attack.mitre_tactic_id", "annotations.mitre_attack.mitre_tactic", "mitre_tactic"
    ),
    techniques=at(
        "annotations.mitre_attack.mitre_technique_id", "annotations.mitre_attack", "mitre_technique_id"
    ),
    indicators=((IndicatorKind.URL, at("url")), (IndicatorKind.FILE_HASH, at("file_hash"))),
    link=at("link", "incident_review_link"),
)
