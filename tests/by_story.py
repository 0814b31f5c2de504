"""Views in memory: what of them follows from the stories that a reader is given."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from dataclasses import replace

from integrations.simulated.listing import listed
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Reader, Shown
from playbooks.domain.trace import Trace, traces_of
from playbooks.figures.facts import IncidentFacts, facts_of
from playbooks.ports.listing import Wanted
from playbooks.ports.views import IncidentLine, Listing, Outline


class ByStory(ABC):
    """Searched, listed and counted; see `playbooks.ports.views.Views`."""

    @abstractmethod
    async def incidents(self, reader: Reader) -> list[IncidentLine]:
        """See the port."""

    @abstractmethod
    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """See the port."""

    @abstractmethod
    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """See the port."""

    async def search(self, reader: Reader, words: str) -> dict[IncidentKey, list[Shown]]:
        found: dict[IncidentKey, list[Shown]] = {}
        for line in await self.incidents(reader):
            for shown in await self.story(reader, line.key):
                said = " ".join((shown.slots.get("texts") or {}).values()).casefold()
                if all(word in said for word in words.casefold().split()):
                    found.setdefault(line.key, []).append(shown)
        return found

    async def listed(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        hits = await self.search(reader, wanted.words) if wanted.words else None
        listing = listed(await self.incidents(reader), wanted, among if hits is None else hits)
        return replace(listing, hits=hits or {})

    async def facts(self, reader: Reader) -> list[IncidentFacts]:
        stories = [(line.key, await self.story(reader, line.key)) for line in await self.incidents(reader)]
        return [found for key, story in stories if (found := facts_of(key, story)) is not None]

    async def outline(self, reader: Reader, key: IncidentKey) -> Outline:
        return Outline(await self.case(reader, key), traces_of(await self.story(reader, key)))

    async def told(self, reader: Reader, key: IncidentKey, traces: Sequence[Trace]) -> list[Shown]:
        wanted = {trace.id for trace in traces}
        return [shown for shown in await self.story(reader, key) if shown.id in wanted]
