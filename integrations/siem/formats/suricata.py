"""Suricata's EVE records: alerts, and other records as what they are, without a severity.

After https://docs.suricata.io/en/latest/output/eve/eve-json-format.html. The scale is upside down: 1 is the
worst, 255 the mildest (classification.config names 1 high, 2 medium, 3 low, 4 very low).
"""

from typing import Final

from integrations.siem.format import HIGH, INFORMATIONAL, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import IndicatorKind

SURICATA: Final = Format(
    name="suricata-eve",
    aliases=("suricata", "eve"),
    product="Suricata",
    documentation="https://docs.suricata.io/en/latest/output/eve/eve-json-format.html",
    shapes=(when("event_type = alert", "alert.signature_id"), when("event_type", "flow_id", "src_ip")),
    source_id=at("event_uuid"),
    title=at("alert.signature", "anomaly.event", "event_type"),
    description=at("alert.category", "anomaly.type", "fileinfo.filename", "event_type"),
    rule_id=at("alert.signature_id"),
    rule_name=at("alert.signature"),
    event_at=at("timestamp"),
    detected_at=at("timestamp"),
    severity=(
        Scale(
            "Suricata 1 (worst) to 255",
            at("alert.severity"),
            {"1": HIGH, "2": MEDIUM, "3": LOW},
            bands=((4, INFORMATIONAL),),
            top=255,
        ),
    ),
    organization=at("tenant_id"),
    users=at("smb.ntlmssp.user", "krb5.cname"),
    ip_addresses=at("alert.target.ip", "dest_ip"),
    files=at("fileinfo.filename", "files.filename"),
    hashes=at("fileinfo.sha256", "fileinfo.md5", "files.sha256"),
    from_ip_addresses=at("alert.source.ip", "src_ip"),
    tactics=at("alert.metadata.mitre_tactic_id"),
    techniques=at("alert.metadata.mitre_technique_id"),
    indicators=(
        (
            IndicatorKind.DOMAIN,
            at("dns.query.rrname", "dns.queries.rrname", "dns.rrname", "tls.sni", "http.hostname"),
        ),
        (IndicatorKind.URL, at("http.url")),
        (IndicatorKind.FILE_HASH, at("fileinfo.sha256", "files.sha256")),
    ),
)
