"""How often Slack may be asked, by method, and who goes first where several wait.

Slack counts per method, app and workspace: Tier 2 takes 20 calls a minute, Tier 3 50, Tier 4 100 (Slack's reference,
"Rate limits"); `chat.postMessage` one a second in each channel. Whatever a person or an incident waits for goes before
decoration, which gives way as long as anybody waits, but for a minute at most. What Slack answers to too many calls
(429) closes the method for as long as it says, for everybody here.
"""

import asyncio
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from playbooks.domain.errors import Transient
from playbooks.domain.saying import saying

_MINUTE: Final = timedelta(minutes=1)
_POSTS: Final = "chat.postMessage"
_BETWEEN_POSTS: Final = timedelta(seconds=1)
_TIERS: Final[Mapping[int, tuple[str, ...]]] = {
    20: (
        "bookmarks.add",
        "conversations.archive",
        "conversations.create",
        "conversations.list",
        "conversations.setPurpose",
        "conversations.setTopic",
        "usergroups.users.list",
    ),
    50: (
        "bookmarks.list",
        "chat.unfurl",
        "chat.update",
        "conversations.history",
        "conversations.info",
        "conversations.invite",
        "conversations.kick",
        "conversations.replies",
    ),
    100: (
        "auth.test",
        "chat.getPermalink",
        "chat.postEphemeral",
        "oauth.v2.access",
        "users.info",
        "views.open",
        "views.publish",
        "views.update",
    ),
}
"""Calls a minute. `auth.test` and `chat.getPermalink` are of a tier of their own, of hundreds."""
A_MINUTE: Final = {method: calls for calls, methods in _TIERS.items() for method in methods}
_UNNAMED: Final = 20

DECORATION: Final = frozenset({"bookmarks.add", "bookmarks.list", "chat.unfurl", "conversations.setTopic"})
"""What nobody waits for: how a room looks, and what stands below a link."""
PATIENCE: Final = timedelta(seconds=3)
"""Nobody waits here for longer, so that the door's own time-out is never the end of a call that was not made."""
GIVES_WAY_FOR: Final = timedelta(minutes=1)


@dataclass
class _Line:
    """The calls under one limit: at most `most` in any `span` of seconds."""

    most: int
    span: float
    made: deque[float] = field(default_factory=deque)
    closed_until: float = 0.0

    def opens(self) -> float:
        """When the next call may be made, on the loop's clock."""
        full = len(self.made) == self.most
        return max(self.closed_until, self.made[0] + self.span if full else 0.0)

    def take(self, at: float) -> None:
        """Count a call at its moment, which may be one to come: whoever asks later comes later."""
        if len(self.made) == self.most:
            self.made.popleft()
        self.made.append(at)


class Pace:
    """The pace of one connection; everything that speaks for it in a process shares one."""

    def __init__(self) -> None:
        self._lines: dict[tuple[str, str], _Line] = {}
        self._waiting = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._decorating = asyncio.Lock()

    async def turn(self, method: str, channel: str) -> None:
        """Wait until the call may be made. Raises Transient, and nothing was sent, where that would be too long."""
        line = self._line(method, channel)
        if method not in DECORATION:
            await self._wait(line, PATIENCE)
            return
        async with self._decorating:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._quiet.wait(), GIVES_WAY_FOR.total_seconds())
            await self._wait(line)

    def close(self, method: str, channel: str, wait: timedelta) -> None:
        """Slack takes no more of these for so long."""
        line = self._line(method, channel)
        line.closed_until = max(line.closed_until, _now() + wait.total_seconds())

    def _line(self, method: str, channel: str) -> _Line:
        """Messages are counted in each channel, everything else in the whole workspace."""
        if method == _POSTS:
            return self._lines.setdefault((method, channel), _Line(1, _BETWEEN_POSTS.total_seconds()))
        most = A_MINUTE.get(method, _UNNAMED)
        return self._lines.setdefault((method, ""), _Line(most, _MINUTE.total_seconds()))

    async def _wait(self, line: _Line, patience: timedelta | None = None) -> None:
        """Until the line is open: whom Slack closed it on meanwhile asks for another place."""
        while (at := line.opens()) > (now := _now()):
            if patience is not None and at - now > patience.total_seconds():
                raise Transient(saying("vendor.busy_here"), retry_after=timedelta(seconds=at - now))
            line.take(at)
            with self._busy() if patience is not None else nullcontext():
                await asyncio.sleep(at - now)
            if line.closed_until <= _now():
                return
        line.take(now)

    @contextmanager
    def _busy(self) -> Iterator[None]:
        """Somebody waits, and decoration gives way."""
        self._waiting += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting:
                self._quiet.set()


def _now() -> float:
    return asyncio.get_running_loop().time()
