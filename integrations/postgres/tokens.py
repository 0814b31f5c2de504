"""Tokens that are renewed, under lock in the database: one process renews, all find the newest."""

import asyncio

from integrations.postgres.database import Connection, Pool, connected, transaction
from playbooks.domain.ids import ConnectionId
from playbooks.ports.tokens import Renew, Token

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('token ' || %s, 0))"
_KEPT = "SELECT body, key FROM token WHERE connection = %s"
_KEEP = """
INSERT INTO token (connection, until, body, key) VALUES (%s, %s, %s, %s)
ON CONFLICT (connection) DO UPDATE SET until = excluded.until, body = excluded.body, key = excluded.key
"""


class PostgresTokens:
    """The Tokens port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._under_way: set[asyncio.Task[Token]] = set()

    async def kept(self, connection: ConnectionId) -> Token | None:
        """See the port."""
        async with connected(self._pool) as database:
            return await _kept(database, connection)

    async def renewed(self, connection: ConnectionId, after: Token | None, renew: Renew) -> Token:
        """See the port. A renewal that was begun is put to its end: the vendor takes a refresh token once."""
        renewal = asyncio.create_task(self._renew(connection, after, renew))
        self._under_way.add(renewal)
        renewal.add_done_callback(self._ended)
        return await asyncio.shield(renewal)

    async def _renew(self, connection: ConnectionId, after: Token | None, renew: Renew) -> Token:
        async with transaction(self._pool) as database:
            await database.execute(_LOCK, (connection,))
            known = await _kept(database, connection)
            if known is not None and known != after:
                return known
            token = await renew(known)
            sealed = database.vault.close_bytes(_name(connection), token.model_dump_json().encode())
            await database.execute(_KEEP, (connection, token.until, *sealed))
        return token

    def _ended(self, renewal: asyncio.Task[Token]) -> None:
        self._under_way.discard(renewal)
        if not renewal.cancelled():
            renewal.exception()  # whoever waits has it; whoever went away does not want it


async def _kept(database: Connection, connection: ConnectionId) -> Token | None:
    row = await (await database.execute(_KEPT, (connection,))).fetchone()
    if row is None:
        return None
    body, key = row
    return Token.model_validate_json(database.vault.open_bytes(_name(connection), body, key))


def _name(connection: ConnectionId) -> str:
    return f"token of {connection}"
