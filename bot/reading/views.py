"""The views port: whatever a page shows was given by the database to its reader, and released entry by entry."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from bot.reading.courses import CourseReading, WholePlaybook
from bot.reading.outlines import Outlines
from playbooks.alerts.spike import Spike
from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case, Run
from playbooks.domain.errors import NotFound
from playbooks.domain.fold import fold
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Reader, Shown, narrowed, release, show, shown_of
from playbooks.domain.saying import says
from playbooks.domain.trace import Trace
from playbooks.figures.facts import IncidentFacts
from playbooks.ports.listing import Wanted, Which
from playbooks.ports.reading import Reading
from playbooks.ports.record import Record
from playbooks.ports.views import GroupShown, IncidentLine, Listing, Outline, RunShown, TriageItem


class TriageList(Protocol):
    """What of the triage board this needs."""

    async def waiting(self, reader: Reader) -> list[TriageItem]:
        """What waits for a person."""
        ...

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One group of alerts. Raises NotFound."""
        ...

    async def indicators(self, reader: Reader, key: IncidentKey) -> Sequence[Indicator]:
        """What an incident's alerts name."""
        ...

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:
        """The groups of an incident."""
        ...

    async def spikes(self, reader: Reader, now: datetime) -> Sequence[Spike]:
        """Sources that send far more than usual."""
        ...


class RecordViews:
    """Reads by folding what is released: what a reader may not know never shaped what she sees."""

    def __init__(
        self,
        reading: Reading,
        record: Record,
        triage: TriageList,
        now: Callable[[], datetime],
        playbook: WholePlaybook,
    ) -> None:
        self._reading = reading
        self._record = record
        self._triage = triage
        self._now = now
        self._outlines = Outlines(reading, now)
        self._courses = CourseReading(playbook)

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> Sequence[IncidentLine]:
        """See the port."""
        which = Which.OPEN if open_only else Which.ALL
        lines = (await self._reading.incidents(reader, Wanted(which=which))).lines
        return sorted(lines, key=lambda line: (line.declared_at, line.key), reverse=True)

    async def listed(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        """See the port."""
        if not wanted.words:
            return await self._reading.incidents(reader, wanted, among)
        said: dict[IncidentKey, list[EntryId]] = {}
        for key, entry in await self._reading.search(reader, wanted.words):
            if among is None or key in among:
                said.setdefault(key, []).append(entry)
        listing = await self._reading.incidents(reader, wanted, said)
        hits = await self._hits(reader, {line.key: said[line.key] for line in listing.lines})
        lines = tuple(line for line in listing.lines if line.key in hits)
        return replace(listing, lines=lines, hits=hits)

    async def facts(self, reader: Reader) -> Sequence[IncidentFacts]:
        """See the port."""
        return await self._reading.facts(reader)

    async def _hits(
        self, reader: Reader, said: Mapping[IncidentKey, Sequence[EntryId]]
    ) -> Mapping[IncidentKey, Sequence[Shown]]:
        """What of these the rule gives her words of: an incident of which it gives none is none that was found."""
        reader = await self._reading.placed_in(reader, said)
        hits: dict[IncidentKey, list[Shown]] = {}
        for entry in await self._reading.entries_by_id(reader, [id for ids in said.values() for id in ids]):
            shown = show(entry, reader)
            if entry.incident and "texts" in shown.slots:
                hits.setdefault(entry.incident, []).append(shown)
        return hits

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """See the port."""
        return (await self.outline(reader, key)).case

    async def outline(self, reader: Reader, key: IncidentKey) -> Outline:
        """See the port."""
        reader = await self._reading.placed(reader, key)
        outline = await self._outlines.outline(reader, key)
        if outline.case.state.declared_at is None:
            raise NotFound(says("not_found.incident", incident=key))
        return outline

    async def told(self, reader: Reader, key: IncidentKey, traces: Sequence[Trace]) -> Sequence[Shown]:
        """See the port."""
        reader = await self._reading.placed(reader, key)
        positions = {trace.id: trace.position for trace in traces}
        entries = await self._reading.entries_by_id(reader, [EntryId(id) for id in positions])
        shown = [show(entry, reader, positions[entry.id]) for entry in entries if entry.incident == key]
        return [each for each in shown if not each.is_withheld]

    async def runs(self, reader: Reader, key: IncidentKey) -> tuple[RunShown, ...]:
        """See the port."""
        case = await self.case(reader, key)
        return tuple([await self._run(run, case) for run in case.runs.values()])

    async def _run(self, run: Run, case: Case) -> RunShown:
        standing = await self._courses.standing(run, case.state.marking)
        if standing is None:
            return RunShown(run=run)
        is_paused = standing.course.is_paused and run.outcome == "running"
        return RunShown(run=run, is_paused=is_paused, steps=standing.steps)

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """See the port."""
        return [
            each for each in await self._shown(reader, key, after) if each.slots.get("kind") != Kind.CASE_VIEW
        ]

    async def viewings(self, reader: Reader, key: IncidentKey) -> list[Shown]:
        """See the port."""
        return [
            each for each in await self._shown(reader, key, 0) if each.slots.get("kind") == Kind.CASE_VIEW
        ]

    async def _shown(self, reader: Reader, key: IncidentKey, after: int) -> list[Shown]:
        reader = await self._reading.placed(reader, key)
        entries = self._reading.entries(reader, key, after)
        shown = [show(entry, reader, position) async for position, entry in entries]
        return [each for each in shown if not each.is_withheld]

    async def shared(self, reader: Reader, chosen: Reader, key: IncidentKey) -> tuple[Case, Sequence[Shown]]:
        """See the port."""
        if chosen == reader:
            return await self.case(reader, key), await self.story(reader, key)
        own, other = await self._reading.placed(reader, key), await self._chosen(chosen, key)
        theirs = {entry.id async for _, entry in self._reading.entries(other, key)}
        placed = [each async for each in self._reading.entries(own, key) if each[1].id in theirs]
        allowed = [(at, entry, release(entry, own) & release(entry, other)) for at, entry in placed]
        known = [each for _, entry, slots in allowed if (each := narrowed(entry, slots)) is not None]
        shown = [shown_of(entry, slots, at) for at, entry, slots in allowed if entry.kind != Kind.CASE_VIEW]
        case = fold(key, known)
        if case.state.declared_at is None:
            raise _nothing(chosen, key)
        return case, [each for each in shown if not each.is_withheld]

    async def _chosen(self, chosen: Reader, key: IncidentKey) -> Reader:
        try:
            return await self._reading.placed(chosen, key)
        except NotFound:
            raise _nothing(chosen, key) from None

    async def indicators(self, reader: Reader, key: IncidentKey) -> Sequence[Indicator]:
        """See the port."""
        await self._reading.placed(reader, key)
        return await self._triage.indicators(reader, key)

    async def triage(self, reader: Reader) -> list[TriageItem]:
        """See the port."""
        return await self._triage.waiting(reader)

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """See the port."""
        return await self._triage.group(reader, id)

    async def spikes(self, reader: Reader) -> Sequence[Spike]:
        """See the port."""
        return await self._triage.spikes(reader, self._now())

    async def raised_by(self, reader: Reader, key: IncidentKey) -> list[TriageItem]:
        """See the port."""
        return await self._triage.raised_by(reader, key)

    def changes(self) -> AsyncIterator[IncidentKey]:
        """See the port."""
        return self._record.changes()


def _nothing(chosen: Reader, key: IncidentKey) -> NotFound:
    reader = chosen.person or chosen.organization or "public"
    if chosen.chatham_house:
        return NotFound(says("nothing_for_reader.chatham_house", reader=reader, incident=key))
    return NotFound(says("nothing_for_reader", reader=reader, incident=key))
