"""What flaps comes and is resolved over and over; it is held back until it has kept still, not to call anew each time.

Held back it declares nothing and its incident is not told of it; it is counted, waits at triage in sight of people, and
is looked at anew when it has kept still. Order of arrival plays no part.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.alert import AlertStatus
from playbooks.ports.intake import Known, Sighting

OFTEN: Final = 3
"""What was resolved so often `WITHIN` flaps: its first coming, and the second, call as any other does."""

WITHIN: Final = timedelta(hours=1)
STILL: Final = timedelta(hours=1)
"""How long after it was resolved the last time what flaps is held back."""

LOOK_BACK: Final = WITHIN + STILL
"""Nothing that was resolved earlier holds anything back."""


def held_back(resolved: Mapping[str, Collection[datetime]], at: datetime) -> dict[str, datetime]:
    """Until when what flaps is held back, by fingerprint; `resolved` are the moments at which it was resolved."""
    ends = {seen: _end(sorted(set(moments))) for seen, moments in resolved.items()}
    return {seen: end for seen, end in ends.items() if end is not None and at < end}


def _end(moments: list[datetime]) -> datetime | None:
    often = zip(moments, moments[OFTEN - 1 :], strict=False)
    return max((last + STILL for first, last in often if last - first <= WITHIN), default=None)


def resolutions(sightings: Iterable[Sighting], known: Known) -> dict[str, set[datetime]]:
    """When what is seen here was resolved: as is known, and by these sightings. The same message again is none."""
    found = {seen: set(moments) for seen, moments in known.resolved.items()}
    for each in sightings:
        group = known.groups.get(each.group_key)
        again = group is not None and (group.id, each.delivery_key) in known.seen
        if each.alert.status is AlertStatus.RESOLVED and not again:
            found.setdefault(each.fingerprint, set()).add(each.alert.received_at)
    return found
