"""Which incident a room of a chat system is about, and which conversation: the effect that opened it says so."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, TypeVar

from playbooks.actions.joint import joint_of
from playbooks.domain.connection import Connection
from playbooks.domain.errors import ProviderError
from playbooks.domain.ids import EffectId, IncidentKey

_T = TypeVar("_T")
_KEPT: Final = 10_000
_UNOPENED_FOR: Final = timedelta(seconds=5)
"""How long it is taken for granted that nothing opened a room: it stands there before it says what did."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was said."""

    incident: IncidentKey | None = None
    joint: str = ""
    """The joint room whose room it is; empty for an organization's own room."""


class RoomIncidents:
    """The incidents of one connection's rooms; what opened a room never changes, so it is asked once.

    That nothing did may change: somebody may have asked too early.
    """

    def __init__(
        self,
        connection: Connection,
        opened_by: Callable[[str], Awaitable[EffectId | None]],
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opener = f"{connection.id}/"
        self._opened_by = opened_by
        self._seconds = seconds
        self._known: dict[str, Place] = {}
        self._unopened: dict[str, float] = {}
        """Until when nothing is taken to have opened a room."""

    async def incident(self, room: str) -> IncidentKey | None:
        """The room's incident; None where there is none, or where the chat system does not say just now."""
        return (await self.place(room)).incident

    async def place(self, room: str) -> Place:
        """What the room is; nothing where the chat system does not say just now."""
        if room in self._known:
            return self._known[room]
        if not room or self._unopened.get(room, 0.0) > self._seconds():
            return Place()
        try:
            found = self._place(await self._opened_by(room))
        except ProviderError:
            return Place()
        if found.incident is None:
            _keep(self._unopened, room, self._seconds() + _UNOPENED_FOR.total_seconds())
        else:
            _keep(self._known, room, found)
        return found

    def _place(self, opener: EffectId | None) -> Place:
        if opener is None or not opener.startswith(self._opener):
            return Place()
        incident, _, asked = opener.removeprefix(self._opener).partition("/")
        return Place(IncidentKey(incident), joint_of(asked.partition("/")[2]))


def _keep(known: dict[str, _T], room: str, value: _T) -> None:
    if len(known) >= _KEPT:
        known.clear()
    known[room] = value
