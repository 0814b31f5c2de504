"""Live pages: one ear on the record for all that are open, however many."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import timedelta
from typing import Final

from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.ports.views import Views

_AGAIN: Final = timedelta(seconds=1)


class Live:
    """Wakes those who follow an incident. Listens while anybody does."""

    def __init__(self, views: Views) -> None:
        self._views = views
        self._followers: defaultdict[IncidentKey, set[asyncio.Event]] = defaultdict(set)
        self._ear: asyncio.Task[None] | None = None

    @property
    def following(self) -> int:
        """How many pages are live now."""
        return sum(len(events) for events in self._followers.values())

    async def follow(self, key: IncidentKey, silence: timedelta) -> AsyncGenerator[bool]:
        """Yield True when something may have been recorded of an incident, at first at once; False after silence."""
        changed = asyncio.Event()
        self._followers[key].add(changed)
        self._listen()
        try:
            yield True
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(changed.wait(), silence.total_seconds())
                told = changed.is_set()
                changed.clear()
                yield told
        finally:
            self._leave(key, changed)

    def _listen(self) -> None:
        if self._ear is None or self._ear.done():
            self._ear = asyncio.create_task(self._hear(), name="live pages")

    def _leave(self, key: IncidentKey, changed: asyncio.Event) -> None:
        self._followers[key].discard(changed)
        if not self._followers[key]:
            del self._followers[key]
        if not self._followers and self._ear is not None:
            self._ear.cancel()
            self._ear = None

    async def _hear(self) -> None:
        while True:
            with suppress(Unavailable):
                async for key in self._views.changes():
                    for changed in self._followers.get(key, ()):
                        changed.set()
            await asyncio.sleep(_AGAIN.total_seconds())
            for events in self._followers.values():
                for changed in events:
                    changed.set()
