"""The whole list of what may appear in a report that leaves the circle. What is not here cannot be said.

Left out on purpose (document 002, §6): what would acknowledge the detection of a specific attack or show how well
attacks are detected (alerts, sources, rules, times to detect, acknowledge and declare), and what would help an
adversary (times to contain and close, kinds of attack by organization, weak hours, open weaknesses).
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from playbooks.domain.rsit import RSIT_CLASSES
from playbooks.figures.facts import Asked, IncidentFacts
from playbooks.governance.bands import FEW, LEAST_BASE, TOO_FEW, count_band, share_band

Incidents = Sequence[IncidentFacts]
_LEADS = 3
"""A topic is told where so many organizations led incidents of it: none of them can be meant."""


class Statement(NamedTuple):
    """One thing that a report says; its sentence stands in the catalogue as `governance.<code>`."""

    code: str
    band: Callable[[Incidents], str]


def _of_incidents(is_so: Callable[[IncidentFacts], bool]) -> Callable[[Incidents], str]:
    def band(incidents: Incidents) -> str:
        return share_band(sum(map(is_so, incidents)), len(incidents), len(incidents))

    return band


def _of_asked(
    asked: Callable[[IncidentFacts], Iterable[Asked]], is_so: Callable[[Asked], bool]
) -> Callable[[Incidents], str]:
    def band(incidents: Incidents) -> str:
        by_incident = [found for facts in incidents if (found := list(asked(facts)))]
        every = [each for found in by_incident for each in found]
        return share_band(sum(map(is_so, every)), len(every), len(by_incident))

    return band


def _partners(incidents: Incidents) -> str:
    if len(incidents) < LEAST_BASE:
        return TOO_FEW
    return count_band(len({party for facts in incidents for party in facts.parties}))


def _in_time(task: Asked) -> bool:
    return task.answered_at is not None and task.due_at is not None and task.answered_at <= task.due_at


HANDLED = Statement("handled", lambda incidents: count_band(len(incidents)))
JOINTLY = Statement("jointly", _of_incidents(lambda facts: len(facts.parties) > 1))
CONCLUDED = Statement("concluded", _of_incidents(lambda facts: facts.closed_at is not None))
PLANNED = Statement("planned", _of_incidents(lambda facts: facts.planned))
PARTNERS = Statement("partners", _partners)
ANSWERED = Statement(
    "answered", _of_asked(lambda facts: facts.questions, lambda asked: asked.answered_at is not None)
)
IN_TIME = Statement(
    "in_time", _of_asked(lambda facts: (task for task in facts.tasks if task.due_at), _in_time)
)

LEARNED = Statement("learned", _of_incidents(lambda facts: facts.reviewed))
IMPROVED = Statement(
    "improved", _of_asked(lambda facts: facts.actions, lambda asked: asked.answered_at is not None)
)

GOVERNANCE: tuple[Statement, ...] = (
    HANDLED,
    CONCLUDED,
    PLANNED,
    JOINTLY,
    PARTNERS,
    ANSWERED,
    IN_TIME,
    LEARNED,
    IMPROVED,
)
"""For legislative and governing bodies (JIU recommendation 1, document 002): how incidents are answered, never what was
detected."""

OVERVIEW: tuple[Statement, ...] = (HANDLED, JOINTLY, PARTNERS, ANSWERED, IN_TIME, LEARNED, IMPROVED)
"""For the DTN and the ICT Directors (document 004, §5): an overview of proceedings that names nobody."""


def topics(incidents: Incidents) -> tuple[str, ...]:
    """The classes of incidents that were many, and of many: RSIT's own words alone, in its order."""
    leads: dict[str, list[str]] = defaultdict(list)
    for facts in incidents:
        leads[facts.incident_class].append(facts.lead)
    return tuple(name for name in RSIT_CLASSES if len(leads[name]) >= FEW and len(set(leads[name])) >= _LEADS)
