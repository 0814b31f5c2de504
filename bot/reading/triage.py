"""The triage board: groups of alerts that no rule declared, shown to the organization whose source sent them."""

from playbooks.domain.release import Reader
from playbooks.ports.intake import Group, Groups
from playbooks.ports.views import TriageItem


class TriageBoard:
    """What waits for a person to decide whether it is an incident."""

    def __init__(self, groups: Groups) -> None:
        self._groups = groups

    async def waiting(self, reader: Reader) -> list[TriageItem]:
        """The newest first; only what the reader's own organization was sent."""
        if reader.organization is None:
            return []
        return [_item(group) for group in await self._groups.triage(organization=reader.organization)]


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
    )
