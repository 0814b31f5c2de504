"""Prometheus: Alertmanager's webhook, alert by alert, and what Prometheus itself posts to Alertmanager.

After https://prometheus.io/docs/alerting/latest/configuration/#webhook_config. Year 1 as `endsAt` means not
ended. A severity is a label that the rule's author chose; the words of common practice count (critical,
warning, info), others stay unknown.
"""

from typing import Final

from integrations.siem.format import HIGH, INFORMATIONAL, MEDIUM, WORDS, Format, Scale, at, when

LABELS: Final = {**WORDS, "warning": MEDIUM, "warn": MEDIUM, "error": HIGH, "none": INFORMATIONAL}
DEMO: Final = when("annotations.description = This alert was sent by user for demonstration purposes")

_SEVERITY: Final = (Scale("the label `severity`", at("labels.severity", "^.commonLabels.severity"), LABELS),)
_HOSTS: Final = at("labels.host", "labels.hostname", "labels.node", "labels.nodename", "labels.instance")
_RESOURCES: Final = at("labels.pod", "labels.container", "labels.namespace")

ALERTMANAGER: Final = Format(
    name="alertmanager-webhook",
    aliases=("alertmanager",),
    product="Prometheus Alertmanager",
    documentation="https://prometheus.io/docs/alerting/latest/configuration/#webhook_config",
    shapes=(when("labels", "startsAt", "^.receiver"), when("labels", "startsAt", "^.groupLabels")),
    source_id=at("fingerprint"),
    occurrence=at("startsAt"),
    title=at("annotations.summary", "annotations.title", "labels.alertname"),
    description=at("annotations.description", "annotations.message"),
    rule_id=at("labels.alertname"),
    rule_name=at("labels.alertname"),
    event_at=at("startsAt"),
    detected_at=at("startsAt"),
    severity=_SEVERITY,
    status=at("status", "^.status"),
    test=(DEMO,),
    organization=at("labels.organization", "labels.tenant"),
    hosts=_HOSTS,
    users=at("labels.user"),
    cloud_resources=_RESOURCES,
    tactics=at("labels.mitre_tactic"),
    techniques=at("labels.mitre_technique"),
    link=at("generatorURL", "^.externalURL"),
)

PROMETHEUS: Final = Format(
    name="prometheus-alert",
    aliases=("prometheus",),
    product="Prometheus",
    documentation="https://prometheus.io/docs/alerting/latest/alerts_api/",
    shapes=(when("labels.alertname", "annotations"), when("labels.alertname", "startsAt")),
    named_shapes=(when("labels"),),
    source_id=at("fingerprint"),
    occurrence=at("startsAt", "activeAt"),
    title=at("annotations.summary", "summary", "labels.alertname"),
    description=at("annotations.description", "description"),
    rule_id=at("labels.alertname"),
    rule_name=at("labels.alertname"),
    event_at=at("startsAt", "activeAt"),
    detected_at=at("startsAt", "activeAt"),
    severity=_SEVERITY,
    status=at("status.state", "state", "status"),
    test=(DEMO,),
    organization=at("labels.organization", "labels.tenant"),
    hosts=_HOSTS,
    cloud_resources=_RESOURCES,
    link=at("generatorURL"),
)
