"""The times between the moments of incidents: the median, and what nine of ten incidents stay within."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import NamedTuple

from playbooks.figures.chart import Chart, Measure, Row, Unit
from playbooks.figures.facts import IncidentFacts
from playbooks.figures.grouping import keys, rounded


class Interval(NamedTuple):
    """A time between two moments of an incident; None where either has not come or is not known."""

    name: str
    of: Callable[[IncidentFacts], timedelta | None]


def _noticed(facts: IncidentFacts) -> datetime:
    return min(filter(None, (facts.alerted_at, facts.declared_at)))


def _unnoticed(facts: IncidentFacts) -> timedelta | None:
    """What an entry says of a time when all knew already says nothing of how long nobody did."""
    began_at, noticed_at = facts.began_at, _noticed(facts)
    return noticed_at - began_at if began_at and began_at < noticed_at else None


def _between(begin: datetime | None, end: datetime | None) -> timedelta | None:
    return max(end - begin, timedelta(0)) if begin and end else None


INTERVALS: tuple[Interval, ...] = (
    Interval("detect", _unnoticed),
    Interval("acknowledge", lambda facts: _between(facts.alerted_at, facts.person_at)),
    Interval("declare", lambda facts: _between(facts.alerted_at, facts.declared_at)),
    Interval("contain", lambda facts: _between(facts.declared_at, facts.contained_at)),
    Interval("close", lambda facts: _between(facts.declared_at, facts.closed_at)),
)
"""The times that the board tells; ISO/IEC 27035-1 and NIST SP 800-61r3 name them, neither defines them."""


def times(incidents: Sequence[IncidentFacts]) -> Chart:
    """Median and 90th percentile of each interval, over the incidents that have both of its moments."""
    rows = []
    for interval in INTERVALS:
        taken = [(facts, span) for facts in incidents if (span := interval.of(facts)) is not None]
        minutes = [span / timedelta(minutes=1) for _facts, span in taken]
        rows.append(
            Row(
                name=interval.name,
                values=(
                    rounded(median(minutes) if minutes else None),
                    rounded(percentile(minutes, 0.9)),
                    len(minutes),
                ),
                incidents=keys(facts for facts, _span in taken),
            )
        )
    return Chart(
        name="times",
        measures=(
            Measure(name="median", unit=Unit.MINUTES),
            Measure(name="ninetieth", unit=Unit.MINUTES),
            Measure(name="incidents", drawn=False),
        ),
        rows=tuple(rows),
        labels="figures.times",
        defined=True,
    )


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest rank: the smallest value that at least this share of the values does not exceed."""
    ordered = sorted(values)
    return ordered[max(ceil(share * len(ordered)), 1) - 1] if ordered else None
