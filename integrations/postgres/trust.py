"""Which connections were declared compromised: written with the entries that say so, never apart from them."""

from integrations.postgres.database import Connection, Pool, connected
from playbooks.domain.entry import Entry
from playbooks.domain.ids import ConnectionId
from playbooks.domain.rooms import Because

_DISTRUST = """
INSERT INTO distrusted (connection, incident, entry) VALUES (%s, %s, %s) ON CONFLICT (connection) DO NOTHING
"""
_TRUST = "DELETE FROM distrusted WHERE connection = %s"
_ALL = "SELECT connection FROM distrusted"


async def judge_connections(connection: Connection, entry: Entry) -> None:
    """What a room's move says of the connection that it left, and of the one that it came to."""
    if entry.data["because"] == Because.COMPROMISED:
        await connection.execute(_DISTRUST, (entry.data["connection"], entry.incident, entry.id))
    await connection.execute(_TRUST, (entry.data["moved_to"],))


class PostgresTrust:
    """The Trust port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def distrusted(self) -> frozenset[ConnectionId]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_ALL)
            return frozenset(ConnectionId(id) for (id,) in await cursor.fetchall())
