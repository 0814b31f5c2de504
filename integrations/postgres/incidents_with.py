"""In which incidents something stands: a call on a vendor, a service that was announced."""

from integrations.postgres.database import Pool, connected
from playbooks.domain.ids import IncidentKey
from playbooks.domain.proof.slots import canonical

_WITH = """
SELECT DISTINCT entry.tree FROM body JOIN entry ON entry.id = body.entry WHERE body.kind = %s ORDER BY entry.tree
"""


async def incidents_with(pool: Pool, kind: str) -> tuple[IncidentKey, ...]:
    """The incidents that have an entry of this kind. Raises Unavailable."""
    async with connected(pool) as connection:
        cursor = await connection.execute(_WITH.encode(), (canonical(kind),))
        return tuple(IncidentKey(tree) for (tree,) in await cursor.fetchall())
