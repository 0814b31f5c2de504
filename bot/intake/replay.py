"""What would have happened: rules tried on the alerts that are kept, before they are put into force.

Pure but for reading the alerts. What people decided meanwhile is left out, and so are closed incidents: the figures
say what the rules do by themselves. An alert that came again counts as often as it came, at its first coming.
"""

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from playbooks.alerts.assess import assess, placed
from playbooks.alerts.flapping import held_back, resolutions
from playbooks.alerts.settle import settle
from playbooks.domain.command import Outcome, Verdict
from playbooks.domain.grouping import delivery_key, fingerprint, group_key
from playbooks.domain.ids import IncidentKey
from playbooks.domain.routing import Routing
from playbooks.ports.intake import Change, Group, GroupStatus, Kept, Known, Sighting

_TOGETHER = 500


@dataclass(slots=True)
class Replayed:
    """The groups as they would stand."""

    groups: dict[str, Group] = field(default_factory=dict)
    """By id, in order of their first alert."""
    alerts: int = 0
    declared: list[Group] = field(default_factory=list)
    """Each group as it was when a rule declared it, in that order."""

    def by_rule(self) -> list[tuple[str, str, int]]:
        """Status, rule and number of groups, the most frequent first."""
        counted = Counter((group.status.value, group.rule) for group in self.groups.values())
        return [(status, rule, count) for (status, rule), count in counted.most_common()]


async def replay(alerts: AsyncIterator[Kept], routing: Routing) -> Replayed:
    """Play the alerts, in the order in which they came, to these rules."""
    played = _World(routing)
    batch: list[Kept] = []
    async for kept in alerts:
        batch.append(kept)
        if len(batch) == _TOGETHER:
            played.take(batch)
            batch = []
    played.take(batch)
    return played.result


def as_data(played: Replayed) -> dict[str, object]:
    """The outcome as `--json` prints it."""
    return {
        "alerts": played.alerts,
        "groups": len(played.groups),
        "declared": [
            {"group": group.id, "rule": group.rule, "severity": group.severity.value, "title": group.title}
            for group in played.declared
        ],
        "by_rule": [
            {"status": status, "rule": rule, "groups": count} for status, rule, count in played.by_rule()
        ],
    }


def as_text(played: Replayed) -> str:
    """The outcome for people."""
    declared = [
        f"  {group.first_at:%Y-%m-%d %H:%M} {group.severity:13} {group.rule:24} {group.title}"
        for group in played.declared
    ]
    rules = [f"  {count:6} {status:11} {rule}" for status, rule, count in played.by_rule()]
    return "\n".join(
        (
            f"{played.alerts} alerts make {len(played.groups)} groups, of which {len(declared)} would be declared.",
            *(("", "Declared:", *declared) if declared else ()),
            *(("", "Groups by where they stand and by which rule:", *rules) if rules else ()),
        )
    )


class _World:
    def __init__(self, routing: Routing) -> None:
        self._routing = routing
        self._newest: dict[str, Group] = {}
        self._seen: set[tuple[str, str]] = set()
        self._resolved: dict[str, set[datetime]] = {}
        self.result = Replayed()

    def take(self, batch: Sequence[Kept]) -> None:
        """Alerts of the same moment are judged together, as a delivery's are; others one after the other."""
        for _at, together in groupby(batch, key=lambda kept: kept.alert.received_at):
            self._together([self._sighting(kept) for kept in together])

    def _together(self, sightings: Sequence[Sighting]) -> None:
        known = Known(self._newest, frozenset(self._seen_of(sightings)), resolved=self._resolved)
        own = placed(sightings, known, frozenset())
        self._resolved = resolutions(own, known)
        held = held_back(self._resolved, sightings[0].alert.received_at)
        for change in assess(own, known, self._routing, frozenset(), held):
            self._put(change)
        for each in own:
            self._seen.add((self._newest[each.group_key].id, each.delivery_key))
        self.result.alerts += len(own)

    def _seen_of(self, sightings: Sequence[Sighting]) -> set[tuple[str, str]]:
        groups = {each.group_key: self._newest.get(each.group_key) for each in sightings}
        pairs = {
            (group.id, each.delivery_key)
            for each in sightings
            if (group := groups[each.group_key]) is not None
        }
        return pairs & self._seen

    def _put(self, change: Change) -> None:
        """Every errand is done at once: what would be declared is declared, and knows of all that came."""
        group, errands = change.group, change.errands
        while errands:
            if group.status is GroupStatus.DECLARING:
                self.result.declared.append(group)
            key = group.incident or IncidentKey(f"would-be-{len(self.result.declared)}")
            done = Verdict(outcome=Outcome.DONE, code="done", incident=key)
            settled = settle(group, errands[0], done)
            group, errands = settled.group, settled.errands
        self._newest[group.key] = group
        self.result.groups[group.id] = group

    def _sighting(self, kept: Kept) -> Sighting:
        alert = kept.alert
        return Sighting(
            alert=alert,
            source=kept.source,
            delivery=kept.delivery,
            delivery_key=delivery_key(alert),
            fingerprint=fingerprint(alert),
            group_key=group_key(alert, self._routing.grouping),
            times=kept.times,
        )
