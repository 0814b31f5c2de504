"""The triage board: groups of alerts that no rule declared, shown to the organization whose source sent them."""

from collections.abc import Callable
from typing import Final

from playbooks.domain.errors import NotFound
from playbooks.domain.grouping import fingerprint
from playbooks.domain.release import Reader
from playbooks.ports.intake import Group, Groups, Kept
from playbooks.ports.views import AlertShown, GroupShown, TriageItem

_LATEST: Final = 100
_MOST_TOUCHED: Final = 20


class TriageBoard:
    """What waits for a person to decide whether it is an incident."""

    def __init__(self, groups: Callable[[Reader], Groups]) -> None:
        """`groups` gives those that a reader may read."""
        self._groups = groups

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
            raise NotFound(f"There is no group of alerts {id}; see the triage board.")
        kept = await groups.alerts(id, limit=_LATEST)
        return GroupShown(
            item=_item(group),
            status=group.status.value,
            rule=group.rule,
            incident=group.incident,
            alerts=tuple(_alert(each) for each in kept),
            alerts_in_all=group.alerts,
        )


def _alert(kept: Kept) -> AlertShown:
    alert, affected = kept.alert, kept.alert.affected
    touched = (
        affected.hosts,
        affected.users,
        affected.ip_addresses,
        affected.cloud_resources,
        affected.files,
    )
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
        reason=group.because,
        organization=group.organization,
        owner=group.owner,
    )
