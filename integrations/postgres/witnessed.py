"""Which heads of the log were cosigned, and the proofs that witnesses ask for."""

from collections.abc import Sequence

from integrations.postgres.database import Pool, connected, transaction
from integrations.postgres.export import latest_signed_head
from integrations.postgres.proofs import consistency_path
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.notes import Note
from playbooks.domain.proof.slots import INSTALLATION
from playbooks.ports.witness import Standing

_LAST = "SELECT COALESCE(max(size), 0) FROM cosigned WHERE witness = %s"
_KEEP = "INSERT INTO cosigned (witness, size, root, note) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
_NO_REFUSAL = "DELETE FROM witness_refusal WHERE witness = %s"
_REFUSED = """
INSERT INTO witness_refusal (witness, sentence) VALUES (%s, %s)
ON CONFLICT (witness) DO UPDATE SET sentence = excluded.sentence, at = clock_timestamp()
"""
_POSTED = "SELECT size FROM posted_head WHERE place = %s"
_KEEP_POSTED = """
INSERT INTO posted_head (place, size) VALUES (%s, %s)
ON CONFLICT (place) DO UPDATE SET size = excluded.size, trouble = '', at = clock_timestamp()
"""
_NOT_POSTED = """
INSERT INTO posted_head (place, trouble) VALUES (%s, %s)
ON CONFLICT (place) DO UPDATE SET trouble = excluded.trouble, at = clock_timestamp()
"""
_BOARDS = "SELECT place, size, trouble FROM posted_head ORDER BY place"
_STAMPED = "SELECT COALESCE(max(size), 0) FROM time_stamp WHERE authority = %s"
_KEEP_STAMP = """
INSERT INTO time_stamp (authority, size, response) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING
"""
_CLOSED = """
SELECT EXISTS (
    SELECT FROM head JOIN leaf USING (tree) JOIN body USING (entry)
    WHERE head.log_position > %(size)s AND leaf.position <= head.size AND body.kind = '"incident:case:close"'
    AND leaf.position > COALESCE(
        (SELECT max(earlier.size) FROM head earlier
         WHERE earlier.tree = head.tree AND earlier.log_position <= %(size)s), 0))
"""
_STANDING = """
SELECT witness, COALESCE(max(cosigned.size), 0), COALESCE(max(witness_refusal.sentence), '')
FROM cosigned FULL JOIN witness_refusal USING (witness) GROUP BY witness ORDER BY witness
"""


class PostgresWitnessed:
    """The port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def newest(self) -> SignedHead | None:
        """See the port."""
        async with connected(self._pool) as connection:
            return await latest_signed_head(connection)

    async def path(self, old: int, new: int) -> tuple[bytes, ...]:
        """See the port."""
        if old == 0:
            return ()
        async with connected(self._pool) as connection:
            return tuple(await consistency_path(connection, INSTALLATION, old, new))

    async def last(self, witness: str) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            row = await (await connection.execute(_LAST, (witness,))).fetchone()
            return int(row[0]) if row else 0

    async def keep(self, witness: str, note: Note) -> None:
        """See the port."""
        checkpoint = Checkpoint.read(note.text)
        async with transaction(self._pool) as connection:
            await connection.execute(_KEEP, (witness, checkpoint.size, checkpoint.root, str(note)))
            await connection.execute(_NO_REFUSAL, (witness,))

    async def refused(self, witness: str, sentence: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_REFUSED, (witness, sentence))

    async def closed_since(self, size: int) -> bool:
        """See the port."""
        async with connected(self._pool) as connection:
            row = await (await connection.execute(_CLOSED, {"size": size})).fetchone()
            return bool(row and row[0])

    async def posted(self, place: str) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            row = await (await connection.execute(_POSTED, (place,))).fetchone()
            return int(row[0]) if row else 0

    async def keep_posted(self, place: str, size: int) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_KEEP_POSTED, (place, size))

    async def not_posted(self, place: str, sentence: str) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_NOT_POSTED, (place, sentence))

    async def stamped(self, authority: str) -> int:
        """See the port."""
        async with connected(self._pool) as connection:
            row = await (await connection.execute(_STAMPED, (authority,))).fetchone()
            return int(row[0]) if row else 0

    async def keep_stamp(self, authority: str, size: int, response: bytes) -> None:
        """See the port."""
        async with connected(self._pool) as connection:
            await connection.execute(_KEEP_STAMP, (authority, size, response))

    async def boards(self) -> Sequence[Standing]:
        """How each place stands where heads are posted: the size posted last, and what kept the newest from it."""
        async with connected(self._pool) as connection:
            return [Standing(*row) for row in await (await connection.execute(_BOARDS)).fetchall()]

    async def standing(self) -> Sequence[Standing]:
        """See the port."""
        async with connected(self._pool) as connection:
            return [Standing(*row) for row in await (await connection.execute(_STANDING)).fetchall()]
