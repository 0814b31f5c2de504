"""Appends that come while others are under way share the next transaction, as posts of alerts do.

So a burst costs a few commits and not one for each entry. Nobody waits for more than one transaction of others, and
an entry that cannot be stored keeps no other from it.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

from integrations.postgres.append import append_entries
from integrations.postgres.database import Pool, connected
from integrations.postgres.notices import ARRIVED
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.domain.proof.slots import tree_of

LANES: Final = 2
"""Transactions at once: while one waits for the disk, the next is put together."""
MOST: Final = 200

_Waiting = tuple[Entry, asyncio.Future[None]]


class Gathering:
    """One pool's appends of single entries."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._waiting: list[_Waiting] = []
        self._busy = 0
        self._carriers: set[asyncio.Task[None]] = set()

    async def append(self, entry: Entry) -> None:
        """Append an entry; it is committed when this returns. Raises Unavailable, Malformed."""
        if self._busy >= LANES:
            done = asyncio.get_running_loop().create_future()
            self._waiting.append((entry, done))
            await done
            return
        self._busy += 1
        try:
            await _append(self._pool, [entry])
        finally:
            self._pass_on()

    def _pass_on(self) -> None:
        """This lane is free: for those who came meanwhile, if there are any."""
        if not self._waiting:
            self._busy -= 1
            return
        carrier = asyncio.create_task(self._carry())
        self._carriers.add(carrier)
        carrier.add_done_callback(self._carriers.discard)

    async def _carry(self) -> None:
        try:
            while batch := self._waiting[:MOST]:
                del self._waiting[: len(batch)]
                await self._together(batch)
        finally:
            self._busy -= 1

    async def _together(self, batch: Sequence[_Waiting]) -> None:
        try:
            await _append(self._pool, [entry for entry, _ in batch])
        except Exception as error:  # noqa: BLE001  whatever it is belongs to those who wait for it
            if len(batch) > 1 and not isinstance(error, Unavailable):
                for alone in batch:
                    await self._together([alone])
            else:
                _tell(batch, error)
        else:
            _tell(batch, None)


async def _append(pool: Pool, entries: Sequence[Entry]) -> None:
    """However many, they are a single statement, which is a transaction by itself and the cheapest."""
    async with connected(pool) as connection:
        await append_entries(connection, entries)
    pool.announcer.tell((ARRIVED, tree_of(entry.incident)) for entry in entries)


def _tell(batch: Sequence[_Waiting], error: Exception | None) -> None:
    for _, done in batch:
        if done.done():
            continue  # whoever waited has gone
        if error is None:
            done.set_result(None)
        else:
            done.set_exception(error)
