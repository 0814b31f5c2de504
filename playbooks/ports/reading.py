"""Reading for somebody: the store gives no more than `release` would (docs/reading.md).

Two walls that know nothing of one another: whoever adapts this port filters by itself, and whoever reads through it
passes each entry through `release` all the same.
"""

from collections.abc import AsyncIterator, Collection, Sequence
from typing import Protocol

from playbooks.domain.entry import Entry
from playbooks.domain.ids import EntryId, IncidentKey
from playbooks.domain.release import Reader
from playbooks.domain.sheaf import Block
from playbooks.figures.facts import IncidentFacts
from playbooks.ports.listing import Wanted
from playbooks.ports.record import Placed
from playbooks.ports.views import Listing


class Reading(Protocol):
    """Reads; what a reader may not have is as if it were not there. Each raises Unavailable."""

    async def placed(self, reader: Reader, key: IncidentKey) -> Reader:
        """The reader with what her organization's part in this incident, or her being named, gives her: `party_to`.

        Raises NotFound for whoever may not know of it, as for an incident that is not.
        """

    async def placed_in(self, reader: Reader, keys: Collection[IncidentKey]) -> Reader:
        """The reader with what her part in each of these gives her; one that she may not know of gives nothing."""

    async def erasures(self, reader: Reader, key: IncidentKey) -> int:
        """How many erasures were carried out in an incident that she knows of: what was read before is stale."""

    def entries(self, reader: Reader, key: IncidentKey, after: int = 0) -> AsyncIterator[Placed]:
        """An incident's entries in order after position `after`, as `Record.entries` tells them."""

    def blocks(self, reader: Reader, key: IncidentKey, after: int = 0) -> AsyncIterator[Block]:
        """Entries after a position that are bound together, block by block in order, each with what is hers.

        What lies between blocks, and after them, is had from `entries`; there may be no block at all.
        """

    async def entries_by_id(self, reader: Reader, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """Entries by id, in the order asked for; what is not hers is left out, as what is not there."""

    async def published(self, reader: Reader) -> Sequence[Entry]:
        """The entries by which reviews were published to the community or to everybody, hence to her; newest first.

        A few hundred at most; whether she knows of their incidents plays no part.
        """

    async def search(self, reader: Reader, words: str) -> Sequence[tuple[IncidentKey, EntryId]]:
        """The entries that are hers and say all these words, the newest first, and of each incident the newest three.

        Words in quotes stand together, a word after `-` is not there; no stemming, since people write in all languages.
        """

    async def incidents(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        """Each incident in a line, as the entries that are hers tell it; of `among`, where that is said.

        Of the words that are wanted this knows nothing: `search` says where they are.
        """

    async def facts(self, reader: Reader) -> Sequence[IncidentFacts]:
        """What the figures need of each incident, as the entries that are hers tell it, the newest first."""
