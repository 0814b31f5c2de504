"""Entra ID Protection: risk detections, risky users and sign-ins at risk, from Graph or as diagnostic logs.

After https://learn.microsoft.com/graph/api/resources/riskdetection; a risk that was dismissed, remediated or
confirmed safe is over. Levels `hidden` and `none` say nothing of how bad it is.
"""

from typing import Final

from integrations.siem.format import HIGH, LOW, MEDIUM, Format, Scale, at, when
from playbooks.domain.alert import AlertStatus


def _either(*members: str) -> tuple[str, ...]:
    return (*(f"properties.{member}" for member in members), *members)


ENTRA: Final = Format(
    name="entra-id-risk-detection",
    aliases=("entra", "entra-id", "azure-ad-risk", "azure-ad-identity-protection"),
    product="Microsoft Entra ID Protection",
    documentation="https://learn.microsoft.com/graph/api/resources/riskdetection",
    shapes=(
        when("properties.riskLevel", "properties.riskState"),
        when("riskLevel", "riskState"),
        when("properties.riskLevelDuringSignIn", "properties.userPrincipalName"),
        when("riskLevelDuringSignIn", "userPrincipalName"),
        when("category = UserRiskEvents|RiskyUsers|RiskyServicePrincipals|ServicePrincipalRiskEvents"),
    ),
    source_id=at(*_either("id")),
    occurrence=at(*_either("lastUpdatedDateTime", "riskLastUpdatedDateTime")),
    title=at(
        *_either("riskEventType", "riskType", "riskEventTypes_v2", "riskEventTypes", "riskDetail"),
        "operationName",
        *_either("riskState", "appDisplayName"),
    ),
    description=at(*_either("riskDetail"), "operationName"),
    rule_id=at(*_either("riskEventType", "riskType", "riskEventTypes_v2")),
    rule_name=at(*_either("riskEventType", "riskType", "riskEventTypes_v2")),
    event_at=at(*_either("activityDateTime", "createdDateTime"), "time"),
    detected_at=at(*_either("detectedDateTime", "riskLastUpdatedDateTime"), "time"),
    severity=(
        Scale(
            "Entra: low to high",
            at(*_either("riskLevel", "riskLevelDuringSignIn", "riskLevelAggregated")),
            {"low": LOW, "medium": MEDIUM, "high": HIGH},
        ),
    ),
    status=at(*_either("riskState")),
    statuses={
        "atrisk": AlertStatus.NEW,
        "confirmedcompromised": AlertStatus.UPDATE,
        "confirmedsafe": AlertStatus.RESOLVED,
        "dismissed": AlertStatus.RESOLVED,
        "remediated": AlertStatus.RESOLVED,
    },
    organization=at("tenantId", *_either("homeTenantId")),
    hosts=at(*_either("deviceDetail.displayName")),
    users=at(*_either("userPrincipalName", "userDisplayName"), "identity"),
    cloud_resources=at(*_either("servicePrincipalDisplayName")),
    from_ip_addresses=at(*_either("ipAddress"), "callerIpAddress"),
    techniques=at(*_either("mitreTechniqueId", "additionalInfo")),
)
