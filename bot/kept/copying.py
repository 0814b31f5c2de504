"""Making the copy of the open incidents: at the start, and as something is recorded of them."""

import asyncio
import fcntl
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.kept.copy import PAGE, LocalCopy
from playbooks.domain.entry import Entry
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import IncidentKey
from playbooks.ports.record import Record
from playbooks.ports.trust import Trust, Trusting

_TOGETHER: Final = timedelta(seconds=2)
"""What is recorded within so long of one another is copied at one go."""
_AT_LEAST: Final = timedelta(minutes=1)
"""So old the copy may be where nothing is recorded at all."""
_AGAIN_AFTER: Final = timedelta(seconds=5)

OpenNow = Callable[[], Awaitable[Mapping[IncidentKey, int]]]
"""The open incidents, and how many erasures were carried out in each. Raises Unavailable."""
Standing = Callable[[], Awaitable[tuple[Entry, ...]]]
"""What holds beside every incident, as the installation's own log has it. Raises Unavailable."""


@dataclass(frozen=True)
class _Reached:
    """How far an incident is copied."""

    pages: int = 0
    """Full ones."""
    position: int = 0
    """Of the last entry on them."""
    erasures: int = 0


class Copying:
    """Keeps the copy; where several processes share a data folder, one of them does."""

    def __init__(
        self,
        copy: LocalCopy,
        record: Record,
        open_now: OpenNow,
        standing: Standing,
        now: Callable[[], datetime],
        trust: Trust | None = None,
    ) -> None:
        self._copy, self._record, self._now = copy, record, now
        self._open_now, self._standing, self._trust = open_now, standing, trust or Trusting()
        self._reached: dict[IncidentKey, _Reached] = {}
        self._most: dict[IncidentKey, int] = {}
        self._changed: set[IncidentKey] = set()
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Copy until cancelled; while the database is away the copy stays as it is."""
        async with asyncio.TaskGroup() as together:
            together.create_task(self._listen())
            together.create_task(self._keep())

    def changed(self, key: IncidentKey) -> None:
        """Something was recorded of an incident. The empty key says that it may have been of any."""
        self._changed |= {key} if key else set(self._reached)
        self._news.set()

    async def step(self) -> None:
        """Bring the copy up to date. Raises Unavailable, and the copy is as it was settled last."""
        at, changed, self._changed = self._now(), self._changed, set()
        try:
            open_now = await self._open_now()
            standing, distrusted = await self._standing(), await self._trust.distrusted()
            for key, erasures in open_now.items():
                if key in changed or self._reached.get(key, _Reached(erasures=-1)).erasures != erasures:
                    await self._follow(key, erasures)
        except BaseException:
            self._changed |= changed
            raise
        self._most = {key: self._most[key] for key in open_now}
        self._reached = {key: self._reached[key] for key in open_now}
        await asyncio.to_thread(self._copy.settle, at, self._most, standing, distrusted)

    async def _follow(self, key: IncidentKey, erasures: int) -> None:
        """Page by page from the last one that is full; from the first where something was erased."""
        reached = self._reached.get(key)
        if reached is None or reached.erasures != erasures:
            reached = _Reached(erasures=erasures)
        pages, position, page = reached.pages, reached.position, list[Entry]()
        async for at, entry in self._record.entries(key, position):
            page.append(entry)
            if len(page) == PAGE and at is not None:
                await asyncio.to_thread(self._copy.write, key, pages, page)
                pages, position, page = pages + 1, at, []
        await asyncio.to_thread(self._copy.write, key, pages, page)
        self._reached[key], self._most[key] = _Reached(pages, position, erasures), pages + 1

    async def _listen(self) -> None:
        while True:
            with suppress(IncidentError):
                async for key in self._record.changes():
                    self.changed(key)
            await asyncio.sleep(_AGAIN_AFTER.total_seconds())

    async def _keep(self) -> None:
        while True:
            with suppress(IncidentError), _alone(self._copy) as mine:
                while mine:
                    self._news.clear()
                    await self.step()
                    await self._until_news()
            await asyncio.sleep(_AGAIN_AFTER.total_seconds())

    async def _until_news(self) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._news.wait(), _AT_LEAST.total_seconds())
            await asyncio.sleep(_TOGETHER.total_seconds())


@contextmanager
def _alone(copy: LocalCopy) -> Iterator[bool]:
    """Whether this process may write: the kernel lets go of the lock when it ends, however it ends."""
    copy.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (copy.folder / "writer").open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
