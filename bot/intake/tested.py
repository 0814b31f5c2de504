"""What a test event is answered: how it is read, what group it would be of, and what the rules would decide."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from bot.intake.sources import Source
from bot.intake.understand import organization_of
from integrations.siem.format import Format
from integrations.siem.reading import read_body
from playbooks.domain.alert import NormalizedAlert
from playbooks.domain.grouping import fingerprint, group_key, group_rule
from playbooks.domain.routing import Decision, Routing, decide

_MOST: Final = 20
"""Alerts that are told in full; a test is small."""


class UnderstoodAlert(BaseModel):
    """One alert as it would be taken in."""

    alert: dict[str, Any] = Field(description="The normalized alert, without its raw bytes.")
    fingerprint: str
    group_key: str
    grouped_by: str = Field(description="The grouping rule that made the group's key.")
    decision: Decision = Field(description="What the rules say of it while its group has no open incident.")


class Understood(BaseModel):
    """What would be understood of a body. Nothing of it is kept."""

    alerts: list[UnderstoodAlert]
    alerts_in_all: int
    set_aside: list[str] = Field(description="Why parts of the body are no alert.")


@dataclass(frozen=True, slots=True)
class Reading:
    """How alerts are read and judged at the moment."""

    formats: Callable[[], tuple[Format, ...]]
    routing: Callable[[], Routing]

    def understood(self, source: Source, body: bytes, received_at: datetime) -> Understood:
        """Read a body as the understanding loop would."""
        result, routing = read_body(source.format_name, body, received_at, self.formats()), self.routing()
        own = [
            alert.model_copy(update={"organization": organization_of(alert, source, source.organization)})
            for alert in result.alerts[:_MOST]
        ]
        return Understood(
            alerts=[_alert(alert, routing) for alert in own],
            alerts_in_all=len(result.alerts),
            set_aside=[part.reason for part in result.set_aside[:_MOST]],
        )


def _alert(alert: NormalizedAlert, routing: Routing) -> UnderstoodAlert:
    decision = decide(alert, routing)
    return UnderstoodAlert(
        alert=alert.model_dump(mode="json", exclude={"raw"}),
        fingerprint=fingerprint(alert),
        group_key=group_key(alert, routing.grouping),
        grouped_by=group_rule(alert, routing.grouping).name,
        decision=decision.model_copy(update={"because": str(decision.because)}),
    )
