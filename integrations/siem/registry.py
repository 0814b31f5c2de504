"""The formats that ship, in the order in which they are asked: the unmistakable before the broad."""

from typing import Final

from integrations.siem.format import Format
from integrations.siem.formats.aws import CLOUDWATCH, GUARDDUTY, SECURITY_HUB
from integrations.siem.formats.azure_monitor import AZURE_MONITOR
from integrations.siem.formats.canary import CANARY
from integrations.siem.formats.chronicle import CHRONICLE
from integrations.siem.formats.cortex import CORTEX_XDR
from integrations.siem.formats.crowdstrike import CROWDSTRIKE, LOGSCALE
from integrations.siem.formats.datadog import DATADOG
from integrations.siem.formats.defender import DEFENDER_CLOUD, DEFENDER_ENDPOINT, DEFENDER_HUNTING
from integrations.siem.formats.elastalert import ELASTALERT
from integrations.siem.formats.elastic import ELASTIC_SECURITY
from integrations.siem.formats.entra import ENTRA
from integrations.siem.formats.falco import FALCO
from integrations.siem.formats.generic import GENERIC
from integrations.siem.formats.google_cloud import GCP_MONITORING, GCP_SCC
from integrations.siem.formats.grafana import GRAFANA
from integrations.siem.formats.graph_security import GRAPH_ALERT, GRAPH_INCIDENT
from integrations.siem.formats.graylog import GRAYLOG
from integrations.siem.formats.mail import MAIL
from integrations.siem.formats.misp import MISP
from integrations.siem.formats.ocsf import OCSF
from integrations.siem.formats.okta import OKTA
from integrations.siem.formats.pagerduty import PAGERDUTY_V2, PAGERDUTY_V3
from integrations.siem.formats.prometheus import ALERTMANAGER, PROMETHEUS
from integrations.siem.formats.sentinel import SENTINEL_ALERT, SENTINEL_INCIDENT
from integrations.siem.formats.sentinelone import SENTINELONE, SENTINELONE_UNIFIED
from integrations.siem.formats.sigma import SIGMA
from integrations.siem.formats.sns import SNS
from integrations.siem.formats.splunk import SPLUNK_NOTABLE, SPLUNK_WEBHOOK
from integrations.siem.formats.stix import STIX
from integrations.siem.formats.suricata import SURICATA
from integrations.siem.formats.thehive import THEHIVE
from integrations.siem.formats.wazuh import WAZUH
from integrations.siem.formats.wiz import WIZ

FORMATS: Final[tuple[Format, ...]] = (
    GENERIC,
    MAIL,
    ELASTIC_SECURITY,
    SENTINEL_INCIDENT,
    SENTINEL_ALERT,
    WAZUH,
    SPLUNK_NOTABLE,
    SPLUNK_WEBHOOK,
    GRAPH_INCIDENT,
    DEFENDER_HUNTING,
    DEFENDER_ENDPOINT,
    GRAPH_ALERT,
    DEFENDER_CLOUD,
    ENTRA,
    CROWDSTRIKE,
    LOGSCALE,
    SENTINELONE,
    SENTINELONE_UNIFIED,
    CORTEX_XDR,
    CHRONICLE,
    GUARDDUTY,
    SECURITY_HUB,
    CLOUDWATCH,
    OCSF,
    SURICATA,
    FALCO,
    SIGMA,
    OKTA,
    GRAFANA,
    ALERTMANAGER,
    PROMETHEUS,
    DATADOG,
    STIX,
    MISP,
    PAGERDUTY_V3,
    PAGERDUTY_V2,
    CANARY,
    WIZ,
    GCP_MONITORING,
    GCP_SCC,
    AZURE_MONITOR,
    GRAYLOG,
    SNS,
    ELASTALERT,
    THEHIVE,
)
