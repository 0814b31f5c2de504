"""Decisions of those who judge, each numbered by the one who takes it, so that none is forgotten or taken twice."""

from collections.abc import Sequence

from psycopg.types.json import Json

from integrations.postgres.database import Connection
from playbooks.domain.ids import CommandId, IncidentKey
from playbooks.ports.record import Decision

_TAKE = """
INSERT INTO decision (judge, number, incident, cause, entries, verdict) VALUES (%s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING RETURNING judge
"""
_VERDICT = "UPDATE command SET verdict = %s, decided_at = clock_timestamp() WHERE id = %s AND verdict IS NULL"
_STANDING = """
SELECT number, cause, entries, verdict FROM decision WHERE judge = %s AND (number >= %s OR cause = %s)
ORDER BY number
"""
_COUNTS = "SELECT judge, max(number) FROM decision WHERE incident = %s AND number IS NOT NULL GROUP BY judge"


async def take(
    connection: Connection, judge: str, incident: IncidentKey, decision: Decision, settles: CommandId | None
) -> bool:
    """Take a decision within the caller's transaction; False when its number or its cause is taken already."""
    verdict = Json(decision.verdict.model_dump(mode="json")) if decision.verdict else None
    ids = [entry.id for entry in decision.entries]
    row = (judge, decision.number, incident, decision.cause, ids, verdict)
    if await (await connection.execute(_TAKE, row)).fetchone() is None:
        return False
    if settles is not None:
        await connection.execute(_VERDICT, (verdict, settles))
    return True


async def standing(
    connection: Connection, judge: str, decision: Decision
) -> Sequence[tuple[int | None, str, list[str], object]]:
    """Number, cause, ids of entries and verdict of what was decided in its stead."""
    cursor = await connection.execute(_STANDING, (judge, decision.number, decision.cause))
    return await cursor.fetchall()


async def counts(connection: Connection, incident: IncidentKey) -> dict[str, int]:
    """How many decisions each judge of an incident has taken."""
    return dict(await (await connection.execute(_COUNTS, (incident,))).fetchall())
