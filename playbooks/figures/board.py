"""The board: every chart, computed from facts alone. What each means stands in the catalogue, `figures.*.means`."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from playbooks.figures.chart import Chart
from playbooks.figures.counts import by_kind, by_organization, by_severity, over_time
from playbooks.figures.facts import IncidentFacts
from playbooks.figures.noise import AlertGroups, alert_noise
from playbooks.figures.times import times
from playbooks.figures.work import by_hour, responses


def board(
    incidents: Sequence[IncidentFacts],
    groups: Sequence[AlertGroups] = (),
    *,
    since: date | None = None,
    until: date | None = None,
) -> tuple[Chart, ...]:
    """All charts over the incidents declared from `since` through `until`, days in UTC; `groups` as they are."""
    chosen = [facts for facts in incidents if declared_within(facts.declared_at, since, until)]
    return (
        over_time(chosen),
        by_severity(chosen),
        by_kind(chosen),
        times(chosen),
        by_organization(chosen),
        responses(chosen),
        by_hour(chosen),
        alert_noise(groups, (facts.key for facts in incidents)),
    )


def declared_within(at: datetime, since: date | None, until: date | None) -> bool:
    """Whether a moment falls on one of these days."""
    day = at.astimezone(UTC).date()
    return (since is None or day >= since) and (until is None or day <= until)
