"""Facts put together by what they have in common."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from playbooks.domain.ids import IncidentKey
from playbooks.figures.facts import IncidentFacts

Grouped = Mapping[str, list[IncidentFacts]]


def keys(incidents: Iterable[IncidentFacts]) -> tuple[IncidentKey, ...]:
    """Each key once."""
    return tuple(dict.fromkeys(facts.key for facts in incidents))


def grouped(
    incidents: Iterable[IncidentFacts], names: Callable[[IncidentFacts], Iterable[str]]
) -> dict[str, list[IncidentFacts]]:
    """The incidents under each of their names."""
    found: dict[str, list[IncidentFacts]] = defaultdict(list)
    for facts in incidents:
        for name in names(facts):
            found[name].append(facts)
    return found


def most_first(found: Grouped) -> list[str]:
    """The names, those of most incidents first, then by name."""
    return sorted(found, key=lambda name: (-len(found[name]), name))


def rounded(minutes: float | None) -> float | None:
    """Minutes as they are told: to a tenth."""
    return None if minutes is None else round(minutes, 1)
