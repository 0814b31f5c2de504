"""Which connections are in hostile hands, as far as anybody declared: asked before anything goes there or is taken."""

from typing import Protocol

from playbooks.domain.ids import ConnectionId


class Trust(Protocol):
    """What was declared in any incident holds for all of them."""

    async def distrusted(self) -> frozenset[ConnectionId]:
        """The connections that were declared compromised and are not trusted again. Raises Unavailable."""


class Trusting:
    """Where nothing can be declared: a rehearsal, which no vendor takes part in."""

    async def distrusted(self) -> frozenset[ConnectionId]:
        """See the port."""
        return frozenset()
