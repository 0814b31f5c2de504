"""What the incidents stand by at vendors: folded again only for those of which something was recorded since."""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.reconciling import SETTLES_WITHIN, Extent, Kept, things_of

Watched = Callable[[datetime], Awaitable[Mapping[IncidentKey, Extent]]]
"""The incidents to look after at this moment, open or so until lately, and how much is recorded of each."""
CaseOf = Callable[[IncidentKey], Awaitable[Case]]


@dataclass(frozen=True, slots=True)
class _Read:
    """What came of reading an incident when so many entries were recorded of it."""

    entries: int
    things: tuple[Kept, ...]


class Things:
    """Remembers what it read; what is no longer looked after is forgotten."""

    def __init__(self, watched: Watched, case: CaseOf) -> None:
        self._watched = watched
        self._case = case
        self._read: dict[IncidentKey, _Read] = {}

    async def standing(self, at: datetime) -> Iterator[tuple[IncidentKey, Kept]]:
        """All that a look at this moment would count of, incident by incident. Raises Unavailable."""
        extents = await self._watched(at)
        things = {key: await self._of(key, extent, at) for key, extent in extents.items()}
        self._read = {key: read for key, read in self._read.items() if key in extents}
        return ((key, kept) for key, found in things.items() for kept in found)

    async def _of(self, key: IncidentKey, extent: Extent, at: datetime) -> tuple[Kept, ...]:
        read = self._read.get(key)
        if read is not None and read.entries == extent.entries:
            return read.things
        things = tuple(things_of(await self._case(key), at))
        if at - extent.last_at >= SETTLES_WITHIN:  # until then it changes by the clock alone
            self._read[key] = _Read(extent.entries, things)
        return things
