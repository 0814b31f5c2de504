"""The inbox held in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

from integrations.simulated.record import SimulatedRecord
from playbooks.domain.entry import Entry
from playbooks.ports.inbox import Letter
from playbooks.ports.record import Settlement


class SimulatedInbox:
    """The inbox port, beside a record in memory."""

    def __init__(self, record: SimulatedRecord) -> None:
        self._record = record
        self._waiting: dict[str, Letter] = {}
        self._known: dict[str, None] = {}
        self._come = asyncio.Event()

    async def commit(
        self, letters: Sequence[Letter], *, entries: Sequence[Entry] = (), verdict: Settlement | None = None
    ) -> None:
        """See the port."""
        new = {letter.id: letter for letter in letters if letter.id not in self._known}
        self._waiting |= new
        self._known |= dict.fromkeys(new)
        await self._record.append(entries, verdict=verdict)
        self._come.set()

    @asynccontextmanager
    async def batch(self, limit: int = 100) -> AsyncIterator[Sequence[Letter]]:
        """See the port."""
        taken = [self._waiting.pop(id) for id in list(self._waiting)[:limit]]
        try:
            yield taken
        except BaseException:
            self._waiting = {letter.id: letter for letter in taken} | self._waiting
            raise

    async def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """See the port."""
        while True:
            yield
            with suppress(TimeoutError):
                await asyncio.wait_for(self._come.wait(), every.total_seconds())
            self._come.clear()
