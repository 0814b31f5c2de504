"""Datadog: the default payload of its webhook, monitors, and security signals.

After https://docs.datadoghq.com/integrations/webhooks/, https://docs.datadoghq.com/api/latest/monitors/ and
https://docs.datadoghq.com/api/latest/security-monitoring/. A monitor's priority runs from 1 (the worst) to 5.
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
from playbooks.domain.alert import AlertStatus

_LEVELS: Final = (CRITICAL, HIGH, MEDIUM, LOW, INFORMATIONAL)
_PRIORITIES: Final = {
    word: level for number, level in enumerate(_LEVELS, 1) for word in (str(number), f"p{number}")
}

DATADOG: Final = Format(
    name="datadog-monitor",
    aliases=("datadog",),
    product="Datadog",
    documentation="https://docs.datadoghq.com/integrations/webhooks/",
    shapes=(
        when("event_type", "last_updated", "org.id", "title"),
        when("monitor_id", "query", "message"),
        when("alert_transition", "alert_id"),
        when("type ~ alert", "query", "message", "overall_state"),
        when("type = signal", "attributes.timestamp"),
        when("attributes.custom.workflow.rule", "attributes.status"),
        when("attributes.attributes.workflow.rule", "attributes.attributes.status"),
    ),
    named_shapes=(when("title", "event_type"), when("alert_title"), when("title", "alert_transition")),
    source_id=at("id", "event_id", "alert_id", "monitor_id"),
    occurrence=at("alert_cycle_key", "last_updated", "date"),
    correlation_uid=at("aggreg_key", "alert_cycle_key"),
    title=at(
        "title",
        "alert_title",
        "attributes.title",
        "attributes.custom.title",
        "attributes.attributes.title",
        "name",
        "attributes.custom.workflow.rule.name",
        "attributes.attributes.workflow.rule.name",
        "attributes.message",
    ),
    description=at("body", "text_only_msg", "message", "attributes.message", "description"),
    rule_id=at("monitor_id", "alert_id", "attributes.custom.workflow.rule.id"),
    rule_name=at("name", "alert_title", "attributes.custom.workflow.rule.name"),
    event_at=at("date", "attributes.timestamp"),
    detected_at=at("last_updated", "date", "attributes.timestamp"),
    severity=(
        Scale(
            "Datadog signal",
            at(
                "attributes.status",
                "attributes.custom.status",
                "attributes.attributes.status",
                "attributes.custom.severity",
                "severity",
            ),
            WORDS,
        ),
        Scale("Datadog priority 1 (worst) to 5", at("priority", "alert_priority", "severity"), _PRIORITIES),
    ),
    status=at("alert_transition", "transition", "overall_state"),
    statuses={
        "re-triggered": AlertStatus.UPDATE,
        "re-no data": AlertStatus.UPDATE,
        "re-warn": AlertStatus.UPDATE,
        "renotify": AlertStatus.UPDATE,
        "warn": AlertStatus.NEW,
        "no data": AlertStatus.NEW,
        "alert": AlertStatus.NEW,
    },
    resolved=(when("title ~ [recovered"), when("alert_type = success", "!alert_transition")),
    organization=at("org.name", "org.id"),
    hosts=at("host", "hostname", "attributes.custom.hostname"),
    from_ip_addresses=at("attributes.custom.network.client.ip"),
    users=at("attributes.custom.usr.email", "attributes.custom.usr.name", "attributes.custom.usr.id"),
    tactics=at("attributes.custom.tactic", "attributes.tags"),
    techniques=at("attributes.custom.technique", "attributes.tags"),
    link=at("url", "link", "event_url"),
)
