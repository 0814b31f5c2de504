"""A record in memory for what only reads: the first so many of its entries are placed, the others still wait."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any

from playbooks.domain.command import Command, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, OrganizationCode
from playbooks.ports.ledger import OpenedIncident
from playbooks.ports.record import Placed, Settlement


class RecordInMemory:
    """Reads as the record's port says; written to by the test."""

    def __init__(self, entries: Iterable[Entry] = (), *, placed: int = 1_000) -> None:
        self.kept = list(entries)
        self.placed = placed
        self.read_from: list[int] = []
        """After which position each reading began."""

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        known = {entry.id for entry in self.kept}
        self.kept.extend(entry for entry in entries if entry.id not in known)

    async def decide(self, *_given: Any, **_named: Any) -> tuple[()]:
        """Nobody decides here."""
        raise NotImplementedError

    async def decided(self, incident: IncidentKey) -> Mapping[str, int]:
        """Nobody decides here."""
        return {}

    async def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        self.read_from.append(after)
        of = [entry for entry in self.kept if entry.incident == incident]
        for position, entry in enumerate(of, start=1):
            if position > after:
                yield (position if position <= self.placed else None), entry

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        by_id = {entry.id: entry for entry in self.kept}
        return tuple(by_id[id] for id in ids if id in by_id)

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        for entry in self.kept:
            if entry.incident is not None:
                yield entry.incident


class LedgerInMemory:
    """The keys given out, oldest first; no command was ever entered."""

    def __init__(self, record: RecordInMemory) -> None:
        self._record = record

    async def incidents(self) -> Sequence[OpenedIncident]:
        """See the port."""
        first = {entry.incident: entry for entry in reversed(self._record.kept) if entry.incident}
        return [
            OpenedIncident(
                key=key,
                command=entry.cause or CommandId(""),
                organization=entry.actor.organization,
                created_at=entry.at,
            )
            for key, entry in reversed(first.items())
        ]

    async def enter(self, command: Command) -> Verdict | None:
        """Nobody commands here."""
        raise NotImplementedError

    async def command(self, id: CommandId) -> Command:
        """Nobody commands here."""
        raise NotImplementedError

    async def texts(self, id: CommandId) -> Mapping[str, str]:
        """Nobody commands here."""
        raise NotImplementedError

    async def verdict(self, id: CommandId) -> Verdict | None:
        """Nobody commands here."""
        raise NotImplementedError

    async def settle(self, id: CommandId, verdict: Verdict) -> Verdict:
        """Nobody commands here."""
        raise NotImplementedError

    async def pending(self, older_than: Any, *, limit: int = 100) -> Sequence[Command]:
        """Nobody commands here."""
        return ()

    async def allocate(self, command: CommandId, organization: OrganizationCode, year: int) -> IncidentKey:
        """Nobody commands here."""
        raise NotImplementedError
