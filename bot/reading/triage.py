"""The triage board: groups of alerts that no rule declared, shown to the organization whose source sent them."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.intake.under_way import Expected, nothing_expected
from playbooks.alerts.explain import decided, put_together
from playbooks.alerts.spike import DAY, Spike, spikes
from playbooks.alerts.under_way import expecting
from playbooks.domain.alert import Indicator
from playbooks.domain.errors import NotFound
from playbooks.domain.grouping import fingerprint
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.release import Reader
from playbooks.domain.routing import Routing
from playbooks.domain.saying import says
from playbooks.ports.intake import Group, Groups, Kept
from playbooks.ports.views import AlertShown, GroupShown, TriageItem

_LATEST: Final = 100
_MOST_TOUCHED: Final = 20
_MOST_INDICATORS: Final = 100


class TriageBoard:
    """What waits for a person to decide whether it is an incident."""

    def __init__(
        self,
        groups: Callable[[Reader], Groups],
        routing: Callable[[], Routing] | None = None,
        expected: Expected = nothing_expected,
    ) -> None:
        """`groups` gives those that a reader may read; `routing` the rules in force, by which they are explained.

        `expected` are those that follow from services under way; a reader is told of her own organization's.
        """
        self._groups = groups
        self._routing = routing or (lambda: Routing(rules=()))
        self._expected = expected

    async def waiting(self, reader: Reader) -> list[TriageItem]:
        """The newest first; only what the reader's own organization was sent."""
        if reader.organization is None:
            return []
        return [_item(group) for group in await self._groups(reader).triage(organization=reader.organization)]

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One group with its latest alerts. Raises NotFound, also for those of other organizations."""
        groups = self._groups(reader)
        group = await groups.group(id)
        if reader.organization is None or group.organization != reader.organization:
            raise NotFound(says("not_found.group", group=id))
        kept = await groups.alerts(id, limit=_LATEST)
        routing = await self._in_force(reader.organization)
        together = put_together(group, (each.alert for each in kept), routing)
        return GroupShown(
            item=_item(group),
            status=group.status.value,
            held_until=group.held_until,
            rule=group.rule,
            incident=group.incident,
            alerts=tuple(_alert(each, routing) for each in kept),
            alerts_in_all=group.alerts,
            grouped_by=together.rule if together else "",
            in_common=together.by if together else (),
            rules=together.rules if together else "",
        )

    async def _in_force(self, organization: OrganizationCode) -> Routing:
        expected = await self._expected()
        own = (rule for rule in expected if organization in rule.when.organizations)
        return expecting(self._routing(), own)

    async def spikes(self, reader: Reader, now: datetime) -> tuple[Spike, ...]:
        """The sources of the reader's own organization that send far more than usual."""
        if reader.organization is None:
            return ()
        return spikes(await self._groups(reader).rates(reader.organization, now - DAY), now)

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:
        """The groups of an incident that are the reader's own organization's."""
        groups = await self._groups(reader).of_incident(key)
        return [_item(group) for group in groups if group.organization == reader.organization]

    async def indicators(self, reader: Reader, key: IncidentKey) -> list[Indicator]:
        """What an incident's newest alerts name, each once; of the reader's own organization's groups alone."""
        if reader.organization is None:
            return []
        groups = self._groups(reader)
        own = [each for each in await groups.of_incident(key) if each.organization == reader.organization]
        kept = [alert for group in own for alert in await groups.alerts(group.id, limit=_LATEST)]
        found = {(each.kind, each.value): each for one in kept for each in one.alert.indicators}
        return [found[each] for each in sorted(found)][:_MOST_INDICATORS]


def _alert(kept: Kept, routing: Routing) -> AlertShown:
    alert, affected = kept.alert, kept.alert.affected
    touched = (
        affected.hosts,
        affected.users,
        affected.ip_addresses,
        affected.cloud_resources,
        affected.files,
    )
    kind, rule, why = decided(alert, routing)
    return AlertShown(
        fingerprint=fingerprint(alert),
        title=alert.title,
        severity=alert.severity.value,
        vendor_severity=alert.vendor_severity or "",
        product=alert.product,
        rule=alert.rule_name or alert.rule_id or "",
        times=kept.times,
        received_at=alert.received_at,
        last_at=kept.last_at,
        touched=tuple(each for values in touched for each in values)[:_MOST_TOUCHED],
        techniques=alert.techniques,
        indicators=tuple(indicator.value for indicator in alert.indicators)[:_MOST_TOUCHED],
        link=alert.link,
        status=alert.status.value,
        decision=kind,
        decision_rule=rule,
        decision_why=why,
    )


def _item(group: Group) -> TriageItem:
    return TriageItem(
        id=group.id,
        source=group.source,
        title=group.title,
        severity=group.severity.value,
        count=group.arrivals,
        first_at=group.first_at,
        last_at=group.last_at,
        reason=str(group.because),
        organization=group.organization,
        owner=group.owner,
    )
