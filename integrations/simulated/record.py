"""The record held in memory, without trees and signatures: for rehearsals, of which only the report is kept."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence

from integrations.simulated.ledger import SimulatedLedger
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey
from playbooks.ports.record import Decision, Placed, Settlement


class SimulatedRecord:
    """The record port. What is appended has its place at once; no sequencer is needed."""

    def __init__(self, ledger: SimulatedLedger | None = None) -> None:
        self._ledger = ledger
        self._by_id: dict[EntryId, Entry] = {}
        self._trees: dict[IncidentKey | None, list[Entry]] = defaultdict(list)
        self._decisions: dict[str, list[Decision]] = defaultdict(list)
        self._changed: dict[IncidentKey, None] = {IncidentKey(""): None}
        self._news = asyncio.Event()

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """See the port."""
        self.keep(entries)
        if verdict is not None and self._ledger is not None:
            self._ledger.decided(*verdict, settled=True)

    async def decide(
        self, judge: str, decision: Decision, *, settles: CommandId | None = None
    ) -> tuple[Decision, ...]:
        """See the port."""
        taken = self._decisions[judge]
        if stand := [each for each in taken if _stands_in_the_way(each, decision)]:
            return tuple(_without_words(each) for each in sorted(stand, key=_number))
        taken.append(decision)
        self.keep(decision.entries)
        if settles is not None and self._ledger is not None:
            self._ledger.decided(settles, decision.verdict)
        return ()

    async def decided(self, incident: IncidentKey) -> Mapping[str, int]:
        """See the port."""
        numbers = {
            judge: max(map(_number, taken), default=0)
            for judge, taken in self._decisions.items()
            if taken and taken[0].entries[0].incident == incident
        }
        return {judge: number for judge, number in numbers.items() if number}

    async def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        tree = self._trees[incident]
        for position in range(after, len(tree)):
            yield position + 1, tree[position]

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        return tuple(self._by_id[id] for id in ids if id in self._by_id)

    async def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port; for one listener."""
        while True:
            while self._changed:
                key = next(iter(self._changed))
                del self._changed[key]
                yield key
            self._news.clear()
            await self._news.wait()

    @property
    def kept(self) -> tuple[Entry, ...]:
        """Every entry, in the order in which they came in."""
        return tuple(self._by_id.values())

    def keep(self, entries: Iterable[Entry]) -> None:
        """Each entry once; the first of an id stands."""
        for entry in entries:
            if entry.id not in self._by_id:
                self._by_id[entry.id] = entry
                self._trees[entry.incident].append(entry)
                self._changed[entry.incident or IncidentKey("")] = None
                self._news.set()


def _stands_in_the_way(taken: Decision, decision: Decision) -> bool:
    later = decision.number is not None and _number(taken) >= decision.number
    return later or taken.cause == decision.cause


def _number(decision: Decision) -> int:
    return decision.number or 0


def _without_words(decision: Decision) -> Decision:
    bare = tuple(entry.without_words() for entry in decision.entries)
    return decision.model_copy(update={"entries": bare})
