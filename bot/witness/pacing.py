"""When the newest head is due somewhere: at a set pace, and at once when an incident was closed."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Protocol


class ClosingsOfLog(Protocol):
    """What tells whether an incident was closed."""

    async def closed_since(self, size: int) -> bool:
        """Whether an incident was closed by an entry that came into the log after `size` leaves."""


class Pacing:
    """Remembers where a head was tried, and when."""

    def __init__(self, log: ClosingsOfLog, pace: timedelta, now: Callable[[], datetime]) -> None:
        self._log = log
        self._pace = pace
        self._now = now
        self._tried: dict[str, tuple[datetime, int]] = {}

    async def is_due(self, name: str, size: int, reached: Callable[[str], Awaitable[int]]) -> bool:
        """Whether the head of this size is to be tried there now; `reached` is the size that is there already."""
        tried_at, tried = self._tried.get(name, (None, 0))
        if tried_at is None or self._now() - tried_at >= self._pace:
            due = size > await reached(name)
        else:
            due = size > tried and await self._log.closed_since(tried)
        if due:
            self._tried[name] = (self._now(), size)
        return due
