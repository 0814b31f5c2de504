"""Published reviews, for whoever their marking entitles: the community (TLP:GREEN) or everybody (TLP:CLEAR)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from playbooks.domain.marking import Marking
from playbooks.domain.policy import is_published
from playbooks.domain.release import Reader, release
from playbooks.domain.saying import says
from playbooks.review.words import sections_of


@dataclass(frozen=True, slots=True)
class Publication:
    """One review as it was published: what it says, how far it may go; nothing else of its incident."""

    key: IncidentKey
    marking: Marking
    at: datetime
    words: Mapping[str, str]


class Published(Protocol):
    """What of the reading port this needs."""

    async def published(self, reader: Reader) -> Sequence[Entry]:
        """The entries that publish something to this reader, the newest first."""
        ...


class Publications:
    """Reads them; each passes `release`, as every entry does."""

    def __init__(self, reading: Published) -> None:
        self._reading = reading

    async def listed(self, reader: Reader) -> tuple[Publication, ...]:
        """What this reader may open, the newest first."""
        entries = await self._reading.published(reader)
        return tuple(_publication(each) for each in entries if _is_hers(each, reader))

    async def publication(self, reader: Reader, key: IncidentKey) -> Publication:
        """The review of an incident. Raises NotFound: the same where there is none, and where it is not for her."""
        found = next((each for each in await self.listed(reader) if each.key == key), None)
        if found is None:
            raise NotFound(says("not_found.publication", incident=key))
        return found


def _is_hers(entry: Entry, reader: Reader) -> bool:
    return is_published(entry) and "texts" in release(entry, reader)


def _publication(entry: Entry) -> Publication:
    return Publication(
        key=IncidentKey(entry.incident or ""),
        marking=entry.marking,
        at=entry.at,
        words=sections_of(entry.texts),
    )
