"""What evidence holds, in PostgreSQL."""

from hashlib import sha256 as digest

from integrations.postgres.database import Pool, connected
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.saying import says
from playbooks.ports.evidence import MOST_BYTES


class PostgresEvidence:
    """The evidence store on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def keep(self, incident: IncidentKey, content: bytes) -> str:
        """See the port."""
        if len(content) > MOST_BYTES:
            raise Malformed(says("too_large.file", size=MOST_BYTES // 1024**2))
        sha256 = digest(content).hexdigest()
        async with connected(self._pool) as connection:
            await connection.execute(
                "INSERT INTO evidence (incident, sha256, bytes) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                (incident, sha256, content),
            )
        return sha256

    async def fetch(self, incident: IncidentKey, sha256: str) -> bytes:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(
                "SELECT bytes FROM evidence WHERE incident = %s AND sha256 = %s", (incident, sha256)
            )
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(says("no_such_content", sha256=sha256))
        content = bytes(row[0])
        if digest(content).hexdigest() != sha256:
            raise Malformed(says("content_altered", sha256=sha256))
        return content

    async def kept(self, incident: IncidentKey) -> frozenset[str]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute("SELECT sha256 FROM evidence WHERE incident = %s", (incident,))
            return frozenset(row[0] for row in await cursor.fetchall())

    async def forget(self, incident: IncidentKey, sha256: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(
                "DELETE FROM evidence WHERE incident = %s AND sha256 = %s", (incident, sha256)
            )
