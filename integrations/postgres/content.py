"""Content by hash in PostgreSQL."""

from hashlib import sha256 as digest

from integrations.postgres.database import Pool, connected
from playbooks.domain.errors import Malformed, NotFound
from playbooks.domain.saying import says


class PostgresContent:
    """The content port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def put(self, content: bytes) -> str:
        """See the port."""
        sha256 = digest(content).hexdigest()
        async with connected(self._pool) as connection:
            await connection.execute(
                "INSERT INTO content (sha256, bytes) VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (sha256, content),
            )
        return sha256

    async def get(self, sha256: str) -> bytes:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute("SELECT bytes FROM content WHERE sha256 = %s", (sha256,))
            row = await cursor.fetchone()
        if row is None:
            raise NotFound(says("no_such_content", sha256=sha256))
        content = bytes(row[0])
        if digest(content).hexdigest() != sha256:
            raise Malformed(says("content_altered", sha256=sha256))
        return content
