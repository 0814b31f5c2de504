"""Trust as whoever listens to people needs it: answered also while the database is away, as it was known last."""

from contextlib import suppress

from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.ports.trust import Trust


class LastKnown:
    """Remembers what was declared."""

    def __init__(self, trust: Trust) -> None:
        self._trust = trust
        self._known: frozenset[ConnectionId] = frozenset()

    async def distrusted(self) -> frozenset[ConnectionId]:
        """See the port; raises nothing."""
        with suppress(Unavailable):
            self._known = await self._trust.distrusted()
        return self._known
