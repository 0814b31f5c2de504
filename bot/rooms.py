"""Which incident a room of a chat system is about: the effect that opened it says so."""

from collections.abc import Awaitable, Callable
from typing import Final

from playbooks.domain.connection import Connection
from playbooks.domain.errors import ProviderError
from playbooks.domain.ids import EffectId, IncidentKey

_KEPT: Final = 10_000


class RoomIncidents:
    """The incidents of one connection's rooms; what opened a room never changes, so it is asked once."""

    def __init__(
        self, connection: Connection, opened_by: Callable[[str], Awaitable[EffectId | None]]
    ) -> None:
        self._opener = f"{connection.id}/"
        self._opened_by = opened_by
        self._known: dict[str, IncidentKey | None] = {}

    async def incident(self, room: str) -> IncidentKey | None:
        """The room's incident; None where there is none, or where the chat system does not say just now."""
        if room not in self._known:
            try:
                opener = await self._opened_by(room)
            except ProviderError:
                return None
            if len(self._known) >= _KEPT:
                self._known.clear()
            self._known[room] = self._incident(opener)
        return self._known[room]

    def _incident(self, opener: EffectId | None) -> IncidentKey | None:
        if opener is None or not opener.startswith(self._opener):
            return None
        return IncidentKey(opener.removeprefix(self._opener).partition("/")[0])
