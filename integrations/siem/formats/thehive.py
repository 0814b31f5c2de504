"""TheHive 4 and 5: alerts and cases, plain or as webhooks. Observables and case templates are no alerts.

After https://docs.strangebee.com/thehive/api-docs/; severity 1 low, 2 medium, 3 high, 4 critical.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus, IndicatorKind

_OBSERVABLES: Final = ("artifacts", "observables")


def _seen(*types: str) -> tuple[str, ...]:
    return tuple(f"{place}[dataType={kind}].data" for place in _OBSERVABLES for kind in types)


THEHIVE: Final = Format(
    name="thehive",
    aliases=("thehive-alert", "thehive4", "thehive5"),
    product="TheHive",
    documentation="https://docs.strangebee.com/thehive/api-docs/",
    shapes=(
        when("sourceRef", "source", "title"),
        when("_type = alert", "title"),
        when("_type = case", "title", "severity", "!titlePrefix"),
        when("caseId", "title", "severity", "tlp"),
        when("number", "title", "severity", "tlp", "pap", "startDate"),
    ),
    source_id=at("_id", "id", "sourceRef"),
    occurrence=at("_updatedAt", "updatedAt"),
    correlation_uid=at("caseId", "case"),
    title=at("title"),
    description=at("description", "summary"),
    rule_id=at("type"),
    event_at=at("date", "occurDate", "startDate"),
    detected_at=at("_createdAt", "createdAt", "newDate", "date"),
    severity=(
        Scale("TheHive 1-4", at("severity"), {"1": LOW, "2": MEDIUM, "3": HIGH, "4": CRITICAL}),
        Scale(
            "TheHive's label",
            at("severityLabel"),
            {"low": LOW, "medium": MEDIUM, "high": HIGH, "critical": CRITICAL},
        ),
    ),
    status=at("stage", "status"),
    statuses={
        "new": AlertStatus.NEW,
        "open": AlertStatus.NEW,
        "updated": AlertStatus.UPDATE,
        "imported": AlertStatus.UPDATE,
        "ignored": AlertStatus.RESOLVED,
        "duplicated": AlertStatus.RESOLVED,
        "duplicate": AlertStatus.RESOLVED,
        "deleted": AlertStatus.RESOLVED,
    },
    organization=at("organisation", "organisationId", "^.organisation.name", "^.organisation"),
    hosts=at(*_seen("hostname", "fqdn")),
    users=at(*_seen("user-agent-user", "username", "account")),
    tactics=at("procedures.tactic", "tags"),
    techniques=at("procedures.patternId", "tags"),
    indicators=(
        (IndicatorKind.IP_ADDRESS, at(*_seen("ip"))),
        (IndicatorKind.DOMAIN, at(*_seen("domain", "fqdn"))),
        (IndicatorKind.URL, at(*_seen("url"))),
        (IndicatorKind.EMAIL, at(*_seen("mail", "mail_subject_from"))),
        (IndicatorKind.FILE_HASH, at(*_seen("hash"))),
        (IndicatorKind.FILE_NAME, at(*_seen("filename"))),
    ),
    link=at("externalLink"),
)
