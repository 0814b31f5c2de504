"""The views port: whatever a page shows was given by the database to its reader, and released entry by entry."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from playbooks.domain.errors import NotFound
from playbooks.domain.fold import Case, fold
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader, Shown, cut, show
from playbooks.ports.reading import Reading, Wanted
from playbooks.ports.record import Record
from playbooks.ports.views import GroupShown, IncidentLine, TriageItem


class TriageList(Protocol):
    """What of the triage board this needs."""

    async def waiting(self, reader: Reader) -> list[TriageItem]:
        """What waits for a person."""
        ...

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One group of alerts. Raises NotFound."""
        ...


class RecordViews:
    """Reads by folding what is released: what a reader may not know never shaped what she sees."""

    def __init__(self, reading: Reading, record: Record, triage: TriageList) -> None:
        self._reading = reading
        self._record = record
        self._triage = triage

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> Sequence[IncidentLine]:
        """See the port."""
        return await self._reading.incidents(reader, Wanted(open_only=open_only))

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """See the port."""
        reader = await self._reading.placed(reader, key)
        released = [cut(entry, reader) async for _, entry in self._reading.entries(reader, key)]
        case = fold(key, (entry for entry in released if entry is not None))
        if case.state.declared_at is None:
            raise NotFound(f"There is no incident {key} that you take part in.")
        return case

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """See the port."""
        reader = await self._reading.placed(reader, key)
        entries = self._reading.entries(reader, key, after)
        shown = [show(entry, reader, position) async for position, entry in entries]
        return [each for each in shown if not each.is_withheld]

    async def triage(self, reader: Reader) -> list[TriageItem]:
        """See the port."""
        return await self._triage.waiting(reader)

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """See the port."""
        return await self._triage.group(reader, id)

    def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        return self._record.changes()
