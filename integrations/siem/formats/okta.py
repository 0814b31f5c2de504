"""Okta's System Log, plain or as an event hook.

After https://developer.okta.com/docs/reference/api/system-log/; its severity is a log level: DEBUG, INFO,
WARN, ERROR. The level of a user's risk (Identity Threat Protection) comes before it.
"""

from typing import Final

from integrations.siem.format import HIGH, INFORMATIONAL, LOW, MEDIUM, Format, Scale, at, when

OKTA: Final = Format(
    name="okta-system-log",
    aliases=("okta",),
    product="Okta",
    documentation="https://developer.okta.com/docs/reference/api/system-log/",
    shapes=(
        when("eventType", "published", "actor", "displayMessage"),
        when("legacyEventType", "published", "actor"),
    ),
    source_id=at("uuid"),
    correlation_uid=at("transaction.detail.threatId"),
    title=at("displayMessage", "eventType"),
    description=at(
        "outcome.reason", "debugContext.debugData.threatDetections", "debugContext.debugData.behaviors"
    ),
    rule_id=at("eventType"),
    rule_name=at("eventType"),
    event_at=at("published"),
    detected_at=at("published"),
    severity=(
        Scale(
            "Okta: the user's risk",
            at("debugContext.debugData.riskLevel"),
            {"low": LOW, "medium": MEDIUM, "high": HIGH},
            when=when("eventType = user.risk.change|user.risk.detect"),
        ),
        Scale(
            "Okta: DEBUG to ERROR",
            at("severity"),
            {"debug": INFORMATIONAL, "info": INFORMATIONAL, "warn": MEDIUM, "error": HIGH},
        ),
    ),
    organization=at("debugContext.debugData.tenantId"),
    hosts=at("device.name", "debugContext.debugData.deviceName"),
    users=at("actor[type=User].alternateId", "target[type=User].alternateId"),
    cloud_resources=at("target[type=AppInstance].displayName"),
    from_ip_addresses=at("client.ipAddress", "request.ipChain.ip"),
)
