"""Stores of devices in sectors, each under lock, written by whoever holds the connection's lease."""

from collections.abc import Mapping

from integrations.postgres.database import Pool, connected, transaction
from integrations.postgres.lease import fence
from playbooks.domain.errors import Conflict
from playbooks.domain.ids import ConnectionId
from playbooks.ports.lease import Held

_ALL = "SELECT number, body, key FROM device_sector WHERE connection = %s ORDER BY number"
_KEEP = """
INSERT INTO device_sector (connection, number, body, key) VALUES (%s, %s, %s, %s)
ON CONFLICT (connection, number) DO UPDATE SET body = excluded.body, key = excluded.key
"""


class PostgresDeviceStore:
    """The DeviceStore port."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def sectors(self, connection: ConnectionId) -> Mapping[int, bytes]:
        """See the port."""
        async with connected(self._pool) as database:
            rows = await (await database.execute(_ALL, (connection,))).fetchall()
            return {
                number: database.vault.open_bytes(_name(connection, number), body, key)
                for number, body, key in rows
            }

    async def keep(self, connection: ConnectionId, lease: Held, changed: Mapping[int, bytes]) -> None:
        """See the port."""
        async with transaction(self._pool) as database:
            if not await fence(database, lease):
                raise Conflict(f"Another process speaks for {connection} by now.", code="lease_lost")
            sealed = [
                (connection, number, *database.vault.close_bytes(_name(connection, number), body))
                for number, body in changed.items()
            ]
            if sealed:
                await database.cursor().executemany(_KEEP, sealed)


def _name(connection: ConnectionId, number: int) -> str:
    return f"sector {number} of {connection}"
