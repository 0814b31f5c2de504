"""How many incidents: by severity, kind, organization and month."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC

from playbooks.domain.incident import Severity
from playbooks.figures.chart import Chart, Measure, Row
from playbooks.figures.facts import IncidentFacts
from playbooks.figures.grouping import Grouped, grouped, keys, most_first

_INCIDENTS = Measure(name="incidents")
_MONTHS_SHOWN = 24


def by_severity(incidents: Sequence[IncidentFacts]) -> Chart:
    """By severity as it stands now, the worst first."""
    found = grouped(incidents, lambda facts: (facts.severity,))
    return Chart(
        name="severity", measures=(_INCIDENTS,), rows=_counted(found, tuple(Severity)), labels="severity"
    )


def by_kind(incidents: Sequence[IncidentFacts]) -> Chart:
    """By class of the Reference Security Incident Taxonomy, the most frequent first."""
    found = grouped(incidents, lambda facts: (facts.incident_class,))
    return Chart(name="kind", measures=(_INCIDENTS,), rows=_counted(found, most_first(found)), labels="class")


def by_organization(incidents: Sequence[IncidentFacts]) -> Chart:
    """By organization, whether it led or took part; an incident counts for each of its parties."""
    found = grouped(incidents, lambda facts: facts.parties)
    rows = (
        Row(
            name=name,
            values=(
                len(found[name]) - (led := sum(facts.lead == name for facts in found[name])),
                led,
            ),
            incidents=keys(found[name]),
        )
        for name in most_first(found)
    )
    return Chart(
        name="organization",
        measures=(Measure(name="took_part"), Measure(name="led")),
        rows=tuple(rows),
        stacked=True,
    )


def over_time(incidents: Sequence[IncidentFacts]) -> Chart:
    """By the month of declaration, UTC; the last two years at most."""
    found = grouped(incidents, lambda facts: (f"{facts.declared_at.astimezone(UTC):%Y-%m}",))
    rows = []
    for month in list(_months(found))[-_MONTHS_SHOWN:]:
        counts = Counter(facts.severity for facts in found.get(month, ()))
        values = tuple(counts[severity] for severity in Severity)
        rows.append(Row(name=month, values=values, incidents=keys(found.get(month, ()))))
    return Chart(
        name="month",
        measures=tuple(Measure(name=severity.value) for severity in Severity),
        rows=tuple(rows),
        upright=True,
        stacked=True,
    )


def _months(found: Iterable[str]) -> Iterator[str]:
    """Every month from the first to the last, those without incidents too."""
    known = sorted(found)
    if not known:
        return
    year, month = map(int, known[0].split("-"))
    while (name := f"{year:04}-{month:02}") <= known[-1]:
        yield name
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def _counted(found: Grouped, order: Iterable[str]) -> tuple[Row, ...]:
    return tuple(
        Row(name=name, values=(len(found.get(name, [])),), incidents=keys(found.get(name, [])))
        for name in order
    )
