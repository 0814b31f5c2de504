"""What the figures need of each incident, counted by the database for whoever reads there; no entry is opened."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from psycopg.rows import TupleRow

from integrations.postgres.database import Connect
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.figures.demands import Demand, Demanded, Turn
from playbooks.figures.facts import Demands, IncidentFacts

_MOMENTS: Final = """
SELECT line.incident, line.incident_class, line.severity, line.lead, line.marking, line.declared_at, line.closed_at,
    act.at, heard.began_at, heard.alerted_at, heard.contained_at, heard.alerts, heard.reviewed, heard.ran
FROM incident_line AS line LEFT JOIN (
    SELECT incident, min(happened_at) AS began_at, min(at) FILTER (WHERE alerted) AS alerted_at,
        min(at) FILTER (WHERE contained) AS contained_at, sum(alerts) AS alerts,
        bool_or(kind = %s) AS reviewed, array_agg(playbook ORDER BY seq) FILTER (WHERE playbook IS NOT NULL) AS ran
    FROM card WHERE counted GROUP BY incident
) AS heard USING (incident) LEFT JOIN LATERAL (
    SELECT at FROM card WHERE card.incident = line.incident AND acted ORDER BY at LIMIT 1
) AS act ON true
WHERE declared_at IS NOT NULL AND incident_class IS NOT NULL ORDER BY declared_at DESC, incident COLLATE "C" DESC
"""
_DEMANDS: Final = """
SELECT incident, at, demanded, turn, demand, asked, due_at FROM card
WHERE counted AND demanded IS NOT NULL ORDER BY seq
"""
_DEMANDED: Final = {each.value: each for each in Demanded}
_TURNS: Final = {each.value: each for each in Turn}


async def facts(connect: Connect) -> Sequence[IncidentFacts]:
    """The facts of every incident of whoever reads on these connections, the newest first."""
    async with connect() as connection:
        moments = await (await connection.execute(_MOMENTS, (Kind.REVIEW_PUBLISH,))).fetchall()
        asked = await (await connection.execute(_DEMANDS)).fetchall()
    return await asyncio.to_thread(_put_together, moments, asked)


def _put_together(moments: Sequence[TupleRow], asked: Sequence[TupleRow]) -> list[IncidentFacts]:
    demands = defaultdict[str, Demands](Demands)
    for incident, at, demanded, turn, item, whom, due_at in asked:
        demand = Demand(_DEMANDED[demanded], _TURNS[turn], item, tuple(whom), due_at)
        demands[incident].take(demand, at)
    return [_facts(row, demands[row[0]]) for row in moments]


def _facts(row: TupleRow, demands: Demands) -> IncidentFacts:
    incident, kind, severity, lead, marking, declared_at, closed_at, *moments, alerts, reviewed, ran = row
    person_at, began_at, alerted_at, contained_at = moments
    return IncidentFacts(
        key=incident,
        incident_class=kind,
        severity=severity,
        lead=lead,
        parties=tuple(dict.fromkeys(filter(None, (lead, *demands.parties)))),
        marking=marking or DEFAULT_MARKING,
        declared_at=declared_at,
        began_at=began_at,
        alerted_at=alerted_at,
        person_at=person_at,
        contained_at=contained_at,
        closed_at=closed_at,
        reviewed=bool(reviewed),
        playbooks=tuple(dict.fromkeys(ran or ())),
        alerts=alerts or 0,
        **demands.found,
    )
