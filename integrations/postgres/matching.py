"""Which entries are compared to find the same attack elsewhere."""

from collections.abc import Mapping, Sequence

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import EntryId, IncidentKey

_PUT_IN = """
SELECT put.incident, put.entry FROM card AS put
JOIN LATERAL (
    SELECT declaring.lead FROM card AS declaring
    WHERE declaring.incident = put.incident AND declaring.kind = 'incident:case:declare' LIMIT 1
) AS declared ON true
WHERE put.kind = 'incident:indicators:add' AND put.author = declared.lead AND put.strictness < 4
AND NOT EXISTS (
    SELECT FROM card AS hiding WHERE hiding.incident = put.incident AND hiding.kind = 'incident:access:restrict'
)
AND NOT EXISTS (
    SELECT FROM card AS closing WHERE closing.incident = put.incident AND closing.kind = 'incident:case:close'
    AND NOT EXISTS (
        SELECT FROM card AS later WHERE later.incident = closing.incident AND later.seq > closing.seq
        AND later.kind = 'incident:case:reopen'
    )
) ORDER BY put.seq DESC
"""


async def put_in(pool: Pool) -> Mapping[IncidentKey, Sequence[EntryId]]:
    """The entries in which the lead of an open incident put in indicators, the newest first; not what is TLP:RED."""
    found: dict[IncidentKey, list[EntryId]] = {}
    async with connected(pool) as connection:
        cursor = await connection.execute(_PUT_IN)
        for key, entry in await cursor.fetchall():
            found.setdefault(IncidentKey(key), []).append(EntryId(entry))
    return found
