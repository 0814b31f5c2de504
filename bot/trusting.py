"""Trust as whoever listens to people needs it: at once, also while the database is away or hangs, as it was known last.

What goes out, and what is judged, waits for the database's own word: it can wait, and must not rest on an older one.
"""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Final

from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.ports.trust import Trust

_WITHIN: Final = 1.0
"""Seconds: Slack is to be told within three that a command came in."""


class LastKnown:
    """Remembers what was declared; a process that just started knows what this machine's copy says."""

    def __init__(self, trust: Trust, copied: Callable[[], Collection[ConnectionId]] = frozenset) -> None:
        self._trust, self._copied = trust, copied
        self._known: frozenset[ConnectionId] | None = None
        self._asking: set[asyncio.Task[None]] = set()

    async def distrusted(self) -> frozenset[ConnectionId]:
        """See the port; raises nothing, and does not wait for a database that hangs."""
        asking = asyncio.create_task(self._ask())
        self._asking.add(asking)
        asking.add_done_callback(self._asking.discard)
        await asyncio.wait({asking}, timeout=_WITHIN)
        if self._known is None:
            return frozenset(await asyncio.to_thread(self._copied))
        return self._known

    async def _ask(self) -> None:
        with suppress(Unavailable):
            self._known = await self._trust.distrusted()
