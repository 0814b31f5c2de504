"""Which incidents the reconciler looks after, and which chat systems the watchdog does."""

from datetime import datetime
from typing import Final

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.domain.reconciling import Extent

_CLOSED: Final = """
SELECT incident FROM (
    SELECT DISTINCT ON (incident) incident, closed, at FROM card WHERE closed IS NOT NULL ORDER BY incident, seq DESC
) AS latest WHERE closed AND at < %s
"""
_WATCHED: Final = f"""
SELECT incident, count(*), max(at) FROM card
WHERE incident IN (SELECT incident FROM effect WHERE incident IS NOT NULL AND state = 'done')
    AND incident NOT IN ({_CLOSED})
GROUP BY incident ORDER BY incident
"""  # noqa: S608  of this file
_ROOMS: Final = f"""
SELECT DISTINCT split_part(id, '/', 1) || '/' || split_part(id, '/', 2), incident FROM effect
WHERE incident IS NOT NULL AND id LIKE '%%/room.open/%%' AND incident NOT IN ({_CLOSED})
ORDER BY incident
"""  # noqa: S608  of this file


async def watched(pool: Pool, closed_after: datetime) -> dict[IncidentKey, Extent]:
    """The incidents that something was made for outside, but for those closed before that moment."""
    async with connected(pool) as connection:
        cursor = await connection.execute(_WATCHED.encode(), (closed_after,))
        return {IncidentKey(key): Extent(entries, at) for key, entries, at in await cursor.fetchall()}


async def rooms_open(pool: Pool, now: datetime) -> tuple[tuple[ConnectionId, IncidentKey], ...]:
    """Each connection that a room of an incident that is open now was asked for on, with the incident.

    Also one that was not opened: the system may have been lost before the incident was declared.
    """
    async with connected(pool) as connection:
        cursor = await connection.execute(_ROOMS.encode(), (now,))
        return tuple((ConnectionId(id), IncidentKey(key)) for id, key in await cursor.fetchall())
