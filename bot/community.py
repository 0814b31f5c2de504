"""The community of this installation: its directory's files, with what the record has since."""

from collections.abc import Awaitable, Callable

from playbooks.domain.community import Community, community_of
from playbooks.domain.entry import Entry
from playbooks.domain.organization import Directory

Changes = Callable[[], Awaitable[tuple[Entry, ...]]]
"""The entries that it is the fold of, in any order. Raises Unavailable."""


async def no_changes() -> tuple[Entry, ...]:
    """Where nothing is recorded."""
    return ()


class RecordedCommunity:
    """The port on the record."""

    def __init__(self, directory: Directory, changes: Changes = no_changes) -> None:
        self._directory = directory
        self._changes = changes
        self._known = community_of(directory)

    @property
    def known(self) -> Community:
        """See the port."""
        return self._known

    async def now(self) -> Community:
        """See the port."""
        self._known = community_of(self._directory, await self._changes())
        return self._known
