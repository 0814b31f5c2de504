"""The store of a device that speaks encrypted: its keys and its place in the stream, where every worker finds it."""

from collections.abc import Mapping
from typing import Final, Protocol

from playbooks.domain.ids import ConnectionId
from playbooks.ports.lease import Held

SECTOR: Final = 4096
"""Bytes of a sector; the last one of a store may be shorter."""


class DeviceStore(Protocol):
    """Keeps the image of each connection's device in sectors, by their number from 0."""

    async def sectors(self, connection: ConnectionId) -> Mapping[int, bytes]:
        """The whole image; nothing where none was kept. Raises Unavailable."""

    async def keep(self, connection: ConnectionId, lease: Held, changed: Mapping[int, bytes]) -> None:
        """Keep all of what changed, or nothing of it; with nothing to keep it asks who holds the lease.

        Raises Conflict when somebody else has taken the lease: then this process may not speak any more, and
        Unavailable.
        """
