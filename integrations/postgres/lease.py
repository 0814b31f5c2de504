"""Leases in PostgreSQL, by the database's clock, so that machines need not agree on theirs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from integrations.postgres.database import Connection, Pool, connected
from playbooks.domain.errors import Unavailable
from playbooks.ports.lease import Held, LeaseState

_TAKE = """
INSERT INTO lease AS held (name, holder, token, until) VALUES (%s, %s, 1, clock_timestamp() + %s)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, token = held.token + 1, until = excluded.until
WHERE held.until < clock_timestamp()
RETURNING token
"""
_RENEW = """
UPDATE lease SET until = clock_timestamp() + %s
WHERE name = %s AND token = %s RETURNING token
"""
"""Also when it has run out: who has the newest token, nobody has come after."""
_GIVE_BACK = (
    "UPDATE lease SET until = clock_timestamp() - interval '1 microsecond' WHERE name = %s AND token = %s"
)
_LISTING = "SELECT name, holder, token, until, until >= clock_timestamp() FROM lease ORDER BY name"
_FENCE = "SELECT 1 FROM lease WHERE name = %s AND token = %s FOR SHARE"


class HeldLease:
    """A lease in hand."""

    def __init__(self, name: str, token: int) -> None:
        self.name = name
        self.token = token
        self.lost = asyncio.Event()


async def fence(connection: Connection, lease: Held) -> bool:
    """Whether the lease is still ours, and keep it so until the caller's transaction ends."""
    cursor = await connection.execute(_FENCE, (lease.name, lease.token))
    return await cursor.fetchone() is not None


class PostgresLeases:
    """The lease port on PostgreSQL."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    @asynccontextmanager
    async def hold(
        self, name: str, holder: str, ttl: timedelta, *, enduring: bool = False
    ) -> AsyncIterator[Held]:
        """See the port."""
        lease = HeldLease(name, await self._take(name, holder, ttl))
        renewing = asyncio.create_task(self._renew(lease, ttl, enduring=enduring), name=f"renew {name}")
        try:
            yield lease
        finally:
            renewing.cancel()
            with suppress(asyncio.CancelledError):
                await renewing
            await self._give_back(lease)

    async def listing(self) -> Sequence[LeaseState]:
        """See the port."""
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_LISTING)
            return [
                LeaseState(name=name, holder=holder, token=token, until=until, held=held)
                for name, holder, token, until, held in await cursor.fetchall()
            ]

    async def _take(self, name: str, holder: str, ttl: timedelta) -> int:
        while True:
            with suppress(Unavailable):
                async with connected(self._pool) as connection:
                    cursor = await connection.execute(_TAKE, (name, holder, ttl))
                    row = await cursor.fetchone()
                if row is not None:
                    return int(row[0])
            await asyncio.sleep(ttl.total_seconds() / 5)

    async def _renew(self, lease: HeldLease, ttl: timedelta, *, enduring: bool) -> None:
        """Renew for ever; give up, and say so, when it is somebody else's or, unless enduring, ran out by our clock."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + ttl.total_seconds()
        while enduring or loop.time() < deadline:
            await asyncio.sleep(ttl.total_seconds() / 3)
            asked_at = loop.time()
            with suppress(Unavailable, TimeoutError):
                async with asyncio.timeout_at(asked_at + ttl.total_seconds() if enduring else deadline):
                    if not await self._renewed(lease, ttl):
                        break
                    deadline = asked_at + ttl.total_seconds()
        lease.lost.set()

    async def _renewed(self, lease: HeldLease, ttl: timedelta) -> bool:
        async with connected(self._pool) as connection:
            cursor = await connection.execute(_RENEW, (ttl, lease.name, lease.token))
            return await cursor.fetchone() is not None

    async def _give_back(self, lease: HeldLease) -> None:
        with suppress(Unavailable):
            async with connected(self._pool) as connection:
                await connection.execute(_GIVE_BACK, (lease.name, lease.token))
