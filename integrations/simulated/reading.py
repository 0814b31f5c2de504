"""Reading for somebody over a record in memory: by the rule alone, where no database stands in the way."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress

from integrations.simulated.listing import listed
from playbooks.domain.case import Case
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.fold import fold
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import is_known_to, is_party, is_published
from playbooks.domain.release import Reader, cut, release, show
from playbooks.domain.roles import Role
from playbooks.domain.sheaf import Block
from playbooks.figures.facts import IncidentFacts, facts_of
from playbooks.ports.listing import HITS, Wanted
from playbooks.ports.record import Placed, Record
from playbooks.ports.views import IncidentLine, Listing


class SimulatedReading:
    """The reading port over any record; `keys` are its incidents, which a record does not list."""

    def __init__(self, record: Record, keys: Sequence[IncidentKey] = ()) -> None:
        self._record = record
        self._keys = keys

    async def placed(self, reader: Reader, key: IncidentKey) -> Reader:
        """See the port."""
        state = fold(key, [entry async for _, entry in self._record.entries(key)]).state
        if not is_known_to(reader.person, reader.organization, state):
            raise NotFound(f"There is no incident {key} that you take part in.")
        party = is_party(reader.person, reader.organization, state)
        return reader.model_copy(update={"party_to": (key,) if party else ()})

    async def placed_in(self, reader: Reader, keys: Collection[IncidentKey]) -> Reader:
        """See the port."""
        party_to: list[IncidentKey] = []
        for key in keys:
            with suppress(NotFound):
                party_to += (await self.placed(reader, key)).party_to
        return reader.model_copy(update={"party_to": tuple(party_to)})

    async def erasures(self, reader: Reader, key: IncidentKey) -> int:  # noqa: ARG002  as the port names them
        """See the port; in memory nothing is erased."""
        return 0

    async def entries(self, reader: Reader, key: IncidentKey, after: int = 0) -> AsyncIterator[Placed]:
        """See the port."""
        try:
            placed = await self.placed(reader, key)
        except NotFound:
            return
        async for position, entry in self._record.entries(key, after):
            if release(entry, placed):
                yield position, entry

    async def blocks(self, _reader: Reader, _key: IncidentKey, _after: int = 0) -> AsyncIterator[Block]:
        """See the port; what is in memory needs no binding."""
        for block in tuple[Block]():
            yield block

    async def entries_by_id(self, reader: Reader, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """See the port."""
        found = []
        for entry in await self._record.entries_by_id(ids):
            mine = self.entries(reader, entry.incident) if entry.incident else None
            if mine is not None and any([entry.id == each.id async for _, each in mine]):
                found.append(entry)
        return tuple(found)

    async def published(self, reader: Reader) -> Sequence[Entry]:
        """See the port."""
        told = [entry for key in self._keys async for _, entry in self._record.entries(key)]
        return [entry for entry in told if is_published(entry) and release(entry, reader)][::-1]

    async def search(self, reader: Reader, words: str) -> Sequence[tuple[IncidentKey, EntryId]]:
        """See the port; all the words, wherever they stand in those of an entry, and no more than that."""
        wanted = words.casefold().replace('"', " ").split()
        found: list[tuple[IncidentKey, EntryId]] = []
        for key in self._keys:
            saying = [
                (key, entry.id)
                async for _, entry in self.entries(reader, key)
                if wanted and all(word in " ".join(entry.texts.values()).casefold() for word in wanted)
            ]
            found += saying[-HITS:]
        return found[::-1]

    async def incidents(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        """See the port."""
        lines = [line for key in self._keys if (line := await self._line(reader, key)) is not None]
        return listed(lines, wanted, among)

    async def facts(self, reader: Reader) -> Sequence[IncidentFacts]:
        """See the port."""
        found = [await self._facts(reader, key) for key in self._keys]
        told = [each for each in found if each is not None]
        return sorted(told, key=lambda each: (each.declared_at, each.key), reverse=True)

    async def _facts(self, reader: Reader, key: IncidentKey) -> IncidentFacts | None:
        try:
            placed = await self.placed(reader, key)
        except NotFound:
            return None
        entries = [entry async for _, entry in self._record.entries(key) if entry.kind != Kind.CASE_VIEW]
        return facts_of(key, (show(entry, placed) for entry in entries))

    async def _line(self, reader: Reader, key: IncidentKey) -> IncidentLine | None:
        try:
            placed = await self.placed(reader, key)
        except NotFound:
            return None
        released = [cut(entry, placed) async for _, entry in self._record.entries(key)]
        return line_of(fold(key, (entry for entry in released if entry is not None)))


def line_of(case: Case) -> IncidentLine | None:
    """A case in a line; None where nothing tells that it was declared."""
    state = case.state
    if state.declared_at is None:
        return None
    return IncidentLine(
        key=state.key,
        title=case.title,
        severity=state.severity,
        phase=state.phase,
        lead=state.lead,
        parties=tuple(state.parties),
        invited=state.invited_parties,
        commander=state.roles.get(Role.INCIDENT_COMMANDER, ""),
        declared_at=state.declared_at,
        closed_at=state.closed_at,
        marking=state.marking.value,
        waiting=len(case.open_tasks) + len(case.open_consultations),
    )
