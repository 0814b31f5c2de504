"""Grafana: unified alerting's webhook (each alert of a notification is one alert) and legacy alerting's.

After
https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/.
"""

from typing import Final

from integrations.siem.format import Format, Scale, at, when
from integrations.siem.formats.prometheus import DEMO, LABELS
from playbooks.domain.alert import AlertStatus

GRAFANA: Final = Format(
    name="grafana-alert",
    aliases=("grafana",),
    product="Grafana",
    documentation="https://grafana.com/docs/grafana/latest/alerting/",
    shapes=(
        when("labels", "startsAt", "^.orgId"),
        when("labels", "startsAt", "valueString"),
        when("labels", "startsAt", "dashboardURL"),
        when("ruleName", "ruleId", "state"),
        when("ruleName", "evalMatches"),
    ),
    named_shapes=(when("labels", "startsAt"),),
    source_id=at("fingerprint", "ruleId"),
    occurrence=at("startsAt"),
    title=at("annotations.summary", "annotations.title", "labels.alertname", "title", "ruleName"),
    description=at("annotations.description", "annotations.message", "message", "valueString"),
    rule_id=at("ruleUID", "labels.__alert_rule_uid__", "ruleId", "labels.alertname"),
    rule_name=at("labels.rulename", "labels.alertname", "ruleName"),
    event_at=at("startsAt"),
    detected_at=at("startsAt"),
    severity=(
        Scale(
            "the label `severity`", at("labels.severity", "^.commonLabels.severity", "tags.severity"), LABELS
        ),
    ),
    status=at("status", "state", "^.status"),
    statuses={"no_data": AlertStatus.UPDATE, "paused": AlertStatus.UPDATE, "pending": AlertStatus.NEW},
    test=(
        DEMO,
        when("labels.alertname = TestAlert", "labels.instance = Grafana"),
        when("ruleName = Test notification"),
    ),
    organization=at("labels.organization", "labels.tenant"),
    hosts=at("labels.host", "labels.hostname", "labels.node", "labels.instance", "evalMatches.tags.host"),
    cloud_resources=at("labels.pod", "labels.namespace"),
    link=at("panelURL", "dashboardURL", "generatorURL", "ruleUrl", "^.externalURL"),
)
