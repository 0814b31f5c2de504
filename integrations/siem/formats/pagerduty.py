"""PagerDuty webhooks, version 3 and the retired 1 and 2: each event about an incident is one arrival.

After https://developer.pagerduty.com/docs/webhooks-overview. Urgency says whether to wake somebody and is no
severity; a priority counts where the account uses the names P1 to P5.
"""

from typing import Final

from integrations.siem.format import CRITICAL, HIGH, INFORMATIONAL, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus

_PRIORITIES: Final = {"p1": CRITICAL, "p2": HIGH, "p3": MEDIUM, "p4": LOW, "p5": INFORMATIONAL}
_STATUSES: Final = {
    **{
        f"incident.{word}": AlertStatus.UPDATE
        for word in (
            "acknowledged",
            "acknowledge",
            "unacknowledged",
            "unacknowledge",
            "annotated",
            "annotate",
            "assign",
            "delegated",
            "delegate",
            "escalated",
            "escalate",
            "priority_updated",
            "reassigned",
            "responder.added",
            "responder.replied",
            "status_update_published",
            "service_updated",
            "conference_bridge.updated",
            "custom_field_values.updated",
            "incident_type.changed",
            "action_invocation.created",
            "action_invocation.terminated",
            "action_invocation.updated",
            "role.assigned",
            "role.unassigned",
            "workflow.started",
            "workflow.completed",
        )
    },
    **{f"service.{word}": AlertStatus.UPDATE for word in ("created", "updated", "deleted")},
    **dict.fromkeys(("incident.triggered", "incident.trigger", "incident.reopened"), AlertStatus.NEW),
    **dict.fromkeys(("incident.resolved", "incident.resolve"), AlertStatus.RESOLVED),
}

PAGERDUTY_V3: Final = Format(
    name="pagerduty-v3-webhook",
    aliases=("pagerduty", "pagerduty-v3"),
    product="PagerDuty",
    documentation="https://developer.pagerduty.com/docs/webhooks-overview",
    shapes=(when("event.event_type", "event.data"),),
    source_id=at("event.data.incident.id", "event.data.id"),
    occurrence=at("event.id"),
    correlation_uid=at("event.data.incident.id", "event.data.id"),
    title=at("event.data.title", "event.data.incident.summary", "event.data.summary", "event.event_type"),
    description=at("event.data.body.details", "event.data.content", "event.data.message"),
    rule_id=at("event.data.incident_key", "event.data.service.id"),
    rule_name=at("event.data.service.summary"),
    event_at=at("event.data.created_at", "event.occurred_at"),
    detected_at=at("event.occurred_at"),
    severity=(
        Scale("PagerDuty priority P1 (worst) to P5", at("event.data.priority.summary"), _PRIORITIES),
        Scale("PagerDuty urgency, which is no severity", at("event.data.urgency")),
    ),
    status=at("event.event_type", "event.data.status"),
    statuses=_STATUSES,
    test=(when("event.event_type = pagey.ping"),),
    organization=at("event.data.teams.summary"),
    hosts=at("event.data.body.details.source"),
    link=at("event.data.html_url", "event.data.incident.html_url"),
)

PAGERDUTY_V2: Final = Format(
    name="pagerduty-v1-v2-webhook",
    aliases=("pagerduty-v2", "pagerduty-v1"),
    product="PagerDuty",
    documentation="https://developer.pagerduty.com/docs/v2-webhooks-overview",
    shapes=(
        when("data.incident", "type ~ incident."),
        when("incident", "event ~ incident."),
    ),
    source_id=at("data.incident.id", "incident.id"),
    occurrence=at("id"),
    correlation_uid=at("data.incident.id", "incident.id"),
    title=at(
        "incident.title",
        "data.incident.trigger_summary_data.description",
        "data.incident.trigger_summary_data.subject",
        "incident.summary",
    ),
    description=at("incident.description"),
    rule_id=at("data.incident.incident_key", "incident.incident_key"),
    rule_name=at("data.incident.service.name", "incident.service.name", "incident.service.summary"),
    event_at=at("data.incident.created_on", "incident.created_at"),
    detected_at=at("created_on"),
    severity=(
        Scale("PagerDuty priority P1 (worst) to P5", at("incident.priority.summary"), _PRIORITIES),
        Scale("PagerDuty urgency, which is no severity", at("incident.urgency", "data.incident.urgency")),
    ),
    status=at("type", "event", "incident.status", "data.incident.status"),
    statuses=_STATUSES,
    link=at("data.incident.html_url", "incident.html_url"),
)
