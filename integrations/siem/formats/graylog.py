"""Graylog: the HTTP notification of an event definition. Priority 1 is low, 2 normal, 3 high, 4 critical.

After https://go2docs.graylog.org/current/interacting_with_your_log_data/notifications.html.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, LOW, MEDIUM, Format, Scale, at, when

GRAYLOG: Final = Format(
    name="graylog",
    product="Graylog",
    documentation="https://go2docs.graylog.org/current/interacting_with_your_log_data/notifications.html",
    shapes=(
        when("event_definition_id", "event"),
        when("event_definition_title", "event"),
        when("check_result", "stream"),
    ),
    source_id=at("event.id"),
    title=at("event_definition_title", "event.message", "check_result.result_description"),
    description=at("event.message", "event_definition_description", "check_result.result_description"),
    rule_id=at("event_definition_id"),
    rule_name=at("event_definition_title"),
    event_at=at("event.timestamp", "check_result.triggered_at"),
    detected_at=at("event.timestamp_processing", "event.timestamp"),
    severity=(
        Scale(
            "Graylog priority 1-4", at("event.priority"), {"1": LOW, "2": MEDIUM, "3": HIGH, "4": CRITICAL}
        ),
    ),
    test=(
        when("event_definition_id = EventDefinitionTestId"),
        when("event.id = TEST_NOTIFICATION_ID|NotificationTestId"),
        when("event.event_definition_type = notification-test-v1"),
    ),
    hosts=at("event.fields.hostname", "event.fields.source", "backlog.source", "backlog.fields.hostname"),
    users=at("event.fields.username", "event.fields.user_name", "backlog.fields.username"),
    ip_addresses=at("event.fields.destination_ip"),
    from_ip_addresses=at("event.fields.source_ip", "event.fields.src_ip", "backlog.fields.source_ip"),
)
