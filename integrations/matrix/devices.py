"""The devices of one process."""

from integrations.matrix.account import MatrixAccount
from integrations.matrix.device import MatrixDevice
from playbooks.domain.ids import ConnectionId


class MatrixDevices:
    """One device for each connection, made when first asked for; whoever speaks for the account shares it."""

    def __init__(self) -> None:
        self._devices: dict[ConnectionId, MatrixDevice] = {}

    def device(self, connection: ConnectionId, account: MatrixAccount) -> MatrixDevice:
        """The connection's device."""
        if connection not in self._devices:
            self._devices[connection] = MatrixDevice(connection, account)
        return self._devices[connection]

    async def close(self) -> None:
        """Close every device."""
        while self._devices:
            await self._devices.popitem()[1].close()
