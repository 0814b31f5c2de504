"""Stores of devices in memory: for where nothing need outlive the process."""

from collections import defaultdict
from collections.abc import Mapping

from playbooks.domain.errors import Conflict
from playbooks.domain.ids import ConnectionId
from playbooks.ports.lease import Held


class SimulatedDeviceStore:
    """The DeviceStore port; the highest token that it was shown is the lease's."""

    def __init__(self) -> None:
        self._sectors: defaultdict[ConnectionId, dict[int, bytes]] = defaultdict(dict)
        self._tokens: defaultdict[str, int] = defaultdict(int)

    async def sectors(self, connection: ConnectionId) -> Mapping[int, bytes]:
        """See the port."""
        return dict(self._sectors[connection])

    async def keep(self, connection: ConnectionId, lease: Held, changed: Mapping[int, bytes]) -> None:
        """See the port."""
        if lease.token < self._tokens[lease.name]:
            raise Conflict(f"Another process speaks for {connection} by now.", code="lease_lost")
        self._tokens[lease.name] = lease.token
        self._sectors[connection].update(changed)
