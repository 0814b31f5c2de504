"""Alert noise: what came in, and how much of it belonged to no incident."""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import IncidentKey
from playbooks.figures.chart import Chart, Measure, Row, Unit


class AlertGroups(BaseModel):
    """Groups of alerts of one source that stand alike."""

    model_config = ConfigDict(frozen=True)

    source: str
    status: str
    incident: IncidentKey | None
    groups: int
    alerts: int
    """Different alerts."""
    arrivals: int
    """How often any of them came, repeats included."""


def alert_noise(groups: Sequence[AlertGroups], known: Iterable[IncidentKey]) -> Chart:
    """A group of an incident that the reader may not know of is left out whole: no count may tell of it."""
    may_know = frozenset(known)
    kept = [each for each in groups if each.incident is None or each.incident in may_know]
    rows = []
    for source in sorted({each.source for each in kept}):
        own = [each for each in kept if each.source == source]
        arrivals = sum(each.arrivals for each in own)
        useful = sum(each.arrivals for each in own if each.incident)
        rows.append(
            Row(
                name=source,
                values=(
                    useful,
                    arrivals - useful,
                    sum(each.alerts for each in own),
                    sum(each.groups for each in own),
                    round(100 * (arrivals - useful) / arrivals) if arrivals else None,
                ),
                incidents=tuple(dict.fromkeys(each.incident for each in own if each.incident)),
            )
        )
    return Chart(
        name="noise",
        measures=(
            Measure(name="arrivals_useful"),
            Measure(name="arrivals_noise"),
            Measure(name="alerts", drawn=False),
            Measure(name="groups", drawn=False),
            Measure(name="noise", unit=Unit.PERCENT, drawn=False),
        ),
        rows=tuple(rows),
        stacked=True,
    )
