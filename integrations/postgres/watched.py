"""Which incidents the reconciler looks after, and which chat systems the watchdog does."""

from datetime import datetime

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import ConnectionId, IncidentKey

_WATCHED = """
SELECT DISTINCT effect.incident FROM effect WHERE effect.incident IS NOT NULL AND effect.state = 'done'
AND NOT EXISTS (
    SELECT FROM card AS closing
    WHERE closing.incident = effect.incident AND closing.kind = 'incident:case:close' AND closing.at < %s
    AND NOT EXISTS (
        SELECT FROM card AS later WHERE later.incident = closing.incident AND later.seq > closing.seq
        AND later.kind = 'incident:case:reopen'
    )
) ORDER BY effect.incident
"""


async def watched(pool: Pool, closed_after: datetime) -> tuple[IncidentKey, ...]:
    """The incidents that something was made for outside, but for those closed before that moment."""
    async with connected(pool) as connection:
        cursor = await connection.execute(_WATCHED, (closed_after,))
        return tuple(IncidentKey(key) for (key,) in await cursor.fetchall())


_ROOMS = """
SELECT DISTINCT split_part(id, '/', 1) || '/' || split_part(id, '/', 2), incident
FROM effect WHERE incident = ANY(%s) AND state = 'done' AND id LIKE '%%/room.open/%%'
"""


async def rooms_open(pool: Pool, now: datetime) -> tuple[tuple[ConnectionId, IncidentKey], ...]:
    """Each connection that a room of an incident that is open now was opened on, with the incident."""
    keys = list(await watched(pool, now))
    async with connected(pool) as connection:
        cursor = await connection.execute(_ROOMS, (keys,))
        return tuple((ConnectionId(id), IncidentKey(key)) for id, key in await cursor.fetchall())
