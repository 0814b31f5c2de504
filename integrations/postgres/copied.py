"""Which incidents are open now: those that each machine keeps a copy of for when the database is away."""

from collections.abc import Mapping

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import IncidentKey

_OPEN = """
SELECT declared.incident, (SELECT count(*) FROM erased WHERE erased.incident = declared.incident)
FROM (SELECT DISTINCT incident FROM card WHERE kind = 'incident:case:declare') AS declared
WHERE NOT EXISTS (
    SELECT FROM card AS closing
    WHERE closing.incident = declared.incident AND closing.kind = 'incident:case:close'
    AND NOT EXISTS (
        SELECT FROM card AS later WHERE later.incident = closing.incident AND later.seq > closing.seq
        AND later.kind = 'incident:case:reopen'
    )
) ORDER BY declared.incident
"""


async def open_now(pool: Pool) -> Mapping[IncidentKey, int]:
    """The open incidents, and how many erasures were carried out in each. Raises Unavailable."""
    async with connected(pool) as connection:
        cursor = await connection.execute(_OPEN.encode())
        return {IncidentKey(key): int(erasures) for key, erasures in await cursor.fetchall()}
