"""Which simulated adapter stands behind a simulated connection."""

from collections.abc import Callable, Iterable

from integrations.simulated.chat import SimulatedChat
from integrations.simulated.containment import SimulatedContainment
from integrations.simulated.mail import SimulatedMail
from integrations.simulated.paging import SimulatedPaging
from integrations.simulated.ticketing import SimulatedTicketing
from integrations.simulated.world import World
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId
from playbooks.ports.connections import AnyPort

ADAPTERS: dict[Vendor, Callable[[World, Connection], AnyPort]] = {
    Vendor.SIMULATED_CHAT: SimulatedChat,
    Vendor.SIMULATED_TICKETING: SimulatedTicketing,
    Vendor.SIMULATED_PAGING: SimulatedPaging,
    Vendor.SIMULATED_MAIL: SimulatedMail,
    Vendor.SIMULATED_CONTAINMENT: SimulatedContainment,
}


class SimulatedConnections:
    """The Connections of a world in which every vendor is simulated."""

    def __init__(self, world: World, connections: Iterable[Connection]) -> None:
        self._connections = {connection.id: connection for connection in connections}
        self._ports = {c.id: ADAPTERS[c.vendor](world, c) for c in self._connections.values()}

    def connection(self, id: ConnectionId) -> Connection:
        """The connection of that id. Raises NotFound."""
        if id not in self._connections:
            raise NotFound(f"“{id}” is not connected; see `muster doctor`.", code="not_connected")
        return self._connections[id]

    def port(self, id: ConnectionId) -> AnyPort:
        """Its adapter. Raises NotFound."""
        self.connection(id)
        return self._ports[id]
