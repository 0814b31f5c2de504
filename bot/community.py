"""The community of this installation: its directory's files, with what the record has since."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from playbooks.domain.community import Community, community_of
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.domain.organization import Directory

_LATELY: Final = timedelta(seconds=30)

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
        self._read_at: float | None = None

    @property
    def known(self) -> Community:
        """See the port."""
        return self._known

    async def lately(self) -> Community:
        """See the port."""
        now = asyncio.get_running_loop().time()
        if self._read_at is None or now - self._read_at > _LATELY.total_seconds():
            self._read_at = now
            with suppress(Unavailable):
                await self.now()
        return self._known

    async def now(self) -> Community:
        """See the port."""
        self._known = community_of(self._directory, await self._changes())
        self._read_at = asyncio.get_running_loop().time()
        return self._known
