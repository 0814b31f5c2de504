"""A record that tells the people of a rehearsal what was asked of them, before the clock may run on."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence

from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey
from playbooks.ports.record import Decision, Placed, Record, Settlement

Tell = Callable[[tuple[Entry, ...]], Awaitable[None]]


class ToldRecord:
    """The record port over another; whoever appends waits until the entries were told."""

    def __init__(self, record: Record, tell: Tell) -> None:
        self._record = record
        self._tell = tell

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        await self._record.append(entries, verdict=verdict)
        await self._tell(tuple(entries))

    async def decide(
        self, judge: str, decision: Decision, *, settles: CommandId | None = None
    ) -> tuple[Decision, ...]:
        """See the port; what stands already was told before."""
        stand = await self._record.decide(judge, decision, settles=settles)
        if not stand:
            await self._tell(decision.entries)
        return stand

    async def decided(self, incident: IncidentKey) -> Mapping[str, int]:
        """See the port."""
        return await self._record.decided(incident)

    def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        return self._record.entries(incident, after)

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        return await self._record.entries_by_id(ids)

    def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        return self._record.changes()
