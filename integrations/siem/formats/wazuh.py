"""Wazuh 4: a line of alerts.json, an integrator's input, or a document of `wazuh-alerts-4.x-*`.

After https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html; levels
become severities as in Wazuh's own dashboard: 0-6 low, 7-11 medium, 12-14 high, 15 and above critical.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import IndicatorKind

_WINDOWS: Final = "data.win.eventdata"

WAZUH: Final = Format(
    name="wazuh",
    aliases=("ossec", "wazuh-alert"),
    product="Wazuh",
    documentation="https://documentation.wazuh.com/current/user-manual/ruleset/rules/rules-classification.html",
    shapes=(
        when("rule.level", "rule.id", "agent.id"),
        when("rule.level", "rule.id", "manager.name"),
        when("rule.level", "rule.groups", "decoder"),
    ),
    source_id=at("id", "^._id"),
    title=at("rule.description", "rule.groups"),
    description=at("full_log", "previous_output", "location"),
    rule_id=at("rule.id"),
    rule_name=at("rule.description"),
    event_at=at(
        "data.win.system.systemTime",
        "data.aws.eventTime",
        "data.aws.updatedAt",
        "data.office365.CreationTime",
        "data.timestamp",
        "syscheck.mtime_after",
    ),
    detected_at=at("timestamp", "@timestamp"),
    severity=(
        Scale(
            "Wazuh level 0-16",
            at("rule.level"),
            bands=((0, LOW), (7, MEDIUM), (12, HIGH), (15, CRITICAL)),
            top=16,
        ),
    ),
    hosts=at("agent.name", "predecoder.hostname", "data.hostname"),
    users=at(
        "data.dstuser",
        "data.srcuser",
        "data.user",
        "data.audit.auid_name",
        f"{_WINDOWS}.targetUserName",
        f"{_WINDOWS}.user",
        "data.aws.userIdentity.userName",
        "data.office365.UserId",
        "syscheck.uname_after",
    ),
    ip_addresses=at("agent.ip", "data.dstip", "data.dest_ip"),
    files=at("syscheck.path", "data.file", "data.virustotal.source.file", f"{_WINDOWS}.targetFilename"),
    hashes=at(
        "syscheck.sha256_after", "syscheck.md5_after", "data.virustotal.source.sha1", f"{_WINDOWS}.hashes"
    ),
    processes=at(
        f"{_WINDOWS}.commandLine",
        f"{_WINDOWS}.image",
        f"{_WINDOWS}.sourceImage",
        "data.audit.exe",
        "data.command",
    ),
    cloud_resources=at(
        "data.aws.resource.instanceDetails.instanceId", "data.aws.requestParameters.bucketName"
    ),
    from_ip_addresses=at(
        "data.srcip",
        "data.src_ip",
        f"{_WINDOWS}.ipAddress",
        f"{_WINDOWS}.sourceIp",
        "data.aws.sourceIPAddress",
        "data.office365.ClientIP",
    ),
    tactics=at("rule.mitre.tactic"),
    techniques=at("rule.mitre.id"),
    indicators=(
        (IndicatorKind.URL, at("data.url", "data.virustotal.permalink")),
        (IndicatorKind.FILE_HASH, at("syscheck.sha256_after", "data.virustotal.source.sha1")),
    ),
    link=at("data.virustotal.permalink"),
)
