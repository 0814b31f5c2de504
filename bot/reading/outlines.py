"""Outlines kept at hand: what a reader may have of an incident, folded once and carried on entry by entry.

Kept for a reader as she stands in the incident now: who comes to take part, or ceases to, is another reader. So a page
of a hundred thousand entries costs what came since, and not the hundred thousand.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.fold import carry_on
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, narrowed, release
from playbooks.domain.sheaf import Block, folded
from playbooks.domain.trace import Trace, cut_trace, trace_of
from playbooks.ports.reading import Reading
from playbooks.ports.views import Outline

_MOST: Final = 400_000
"""Traces in all; the readers who asked longest ago go first."""
_AT_ONCE: Final = 500
"""Entries folded before others have their turn."""
LONGEST: Final = timedelta(hours=1)
"""After which an outline is let go, so that what was erased from the record does not live on here unasked for."""


@dataclass(slots=True)
class _Kept:
    made_at: datetime
    erasures: int
    """How many had been carried out in the incident when it was begun."""
    case: Case
    traces: list[Trace] = field(default_factory=list)
    position: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    last: Outline | None = None

    @property
    def outline(self) -> Outline:
        """As it stands; the very same while nothing came."""
        if self.last is None or len(self.last.traces) != len(self.traces) or self.last.case is not self.case:
            self.last = Outline(self.case, tuple(self.traces))
        return self.last

    def take(self, entries: list[tuple[int | None, Entry]], reader: Reader) -> None:
        self.case, traces = _folded(self.case, entries, reader)
        self.traces += traces
        self.position = max((at for at, _ in entries if at is not None), default=self.position)

    def take_block(self, block: Block, reader: Reader) -> None:
        released = [(sheaf, release(sheaf, reader)) for sheaf in block.sheaves]
        known = (
            (at, told)
            for sheaf, slots in released
            for at, entry in sheaf.folded
            if (told := narrowed(entry, slots)) is not None
        )
        self.case = carry_on(self.case, folded(known))
        traces = [cut_trace(trace, slots) for sheaf, slots in released if slots for trace in sheaf.traces]
        self.traces += sorted(traces, key=lambda trace: trace.position or 0)
        self.position = block.last


class Outlines:
    """The outlines of this process, by reader and incident."""

    def __init__(self, reading: Reading, now: Callable[[], datetime]) -> None:
        self._reading = reading
        self._now = now
        self._kept: OrderedDict[tuple[Reader, IncidentKey], _Kept] = OrderedDict()

    async def outline(self, reader: Reader, key: IncidentKey) -> Outline:
        """The outline for a reader who is placed in this incident (`Reading.placed`)."""
        erasures = await self._reading.erasures(reader, key)
        self._let_go()
        kept = self._kept.get((reader, key))
        if kept is None or kept.erasures != erasures:
            kept = _Kept(self._now(), erasures, Case(state=IncidentState(key=key)))
        self._kept[reader, key] = kept
        self._kept.move_to_end((reader, key))
        async with kept.lock:
            waiting = await self._carried_on(kept, reader, key)
        self._make_room()
        if not waiting:
            return kept.outline
        case, traces = _folded(kept.case, waiting, reader)
        return Outline(case, (*kept.traces, *traces))

    async def _carried_on(
        self, kept: _Kept, reader: Reader, key: IncidentKey
    ) -> list[tuple[int | None, Entry]]:
        """Take what came since; returns what has no place yet."""
        async for block in self._reading.blocks(reader, key, kept.position):
            if block.first > kept.position + 1:
                await self._read_on(kept, reader, key, block.first - 1)
            kept.take_block(block, reader)
            await asyncio.sleep(0)
        return await self._read_on(kept, reader, key)

    async def _read_on(
        self, kept: _Kept, reader: Reader, key: IncidentKey, until: int | None = None
    ) -> list[tuple[int | None, Entry]]:
        """Take entry by entry, up to a position; returns what has no place yet."""
        some: list[tuple[int | None, Entry]] = []
        waiting: list[tuple[int | None, Entry]] = []
        async for position, entry in self._reading.entries(reader, key, kept.position):
            if until is not None and (position is None or position > until):
                break
            (waiting if position is None else some).append((position, entry))
            if len(some) >= _AT_ONCE:
                kept.take(some, reader)
                some = []
                await asyncio.sleep(0)
        kept.take(some, reader)
        return waiting

    def _let_go(self) -> None:
        """Of what was kept for long, whoever it was for."""
        old = [each for each, kept in self._kept.items() if self._now() - kept.made_at > LONGEST]
        for each in old:
            del self._kept[each]

    def _make_room(self) -> None:
        total = sum(len(kept.traces) for kept in self._kept.values())
        while total > _MOST and len(self._kept) > 1:
            _, gone = self._kept.popitem(last=False)
            total -= len(gone.traces)


def _folded(case: Case, entries: list[tuple[int | None, Entry]], reader: Reader) -> tuple[Case, list[Trace]]:
    """As `cut` and `show` have it: folded is what tells her something, traced all of which anything is shown.

    Who looked at it is no part of the story.
    """
    allowed = [(position, entry, release(entry, reader)) for position, entry in entries]
    known = [each for _, entry, slots in allowed if (each := narrowed(entry, slots)) is not None]
    traces = [
        trace_of(entry, position, slots)
        for position, entry, slots in allowed
        if slots and entry.kind != Kind.CASE_VIEW
    ]
    return carry_on(case, known), traces
