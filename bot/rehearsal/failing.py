"""Vendors that refuse what a script says is to fail."""

from collections.abc import Awaitable, Callable

from playbooks.domain.connection import Connection
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import ConnectionId, PersonId
from playbooks.ports.connections import AnyPort, Connections
from playbooks.ports.write import Made, Write

Fails = Callable[[str], bool]
"""Whether the effect of this id is to fail."""


class FailingConnections:
    """The connections port over another, for effects of which some are to fail for good."""

    def __init__(self, connections: Connections, fails: Fails) -> None:
        self._connections = connections
        self._fails = fails

    def connection(self, id: ConnectionId) -> Connection:
        """See the port."""
        return self._connections.connection(id)

    async def on_duty(self, id: ConnectionId) -> tuple[PersonId, ...]:
        """See the port."""
        return await self._connections.on_duty(id)

    def port(self, id: ConnectionId) -> AnyPort:
        """See the port."""
        return _Failing(self._connections.port(id), self._fails)  # type: ignore[return-value]  # any port at all


class _Failing:
    def __init__(self, port: AnyPort, fails: Fails) -> None:
        self._port = port
        self._fails = fails

    def __getattr__(self, method: str) -> Callable[[Write], Awaitable[Made | None]]:
        act: Callable[[Write], Awaitable[Made | None]] = getattr(self._port, method)

        async def may_fail(write: Write) -> Made | None:
            if self._fails(write.effect_id):
                raise Permanent("The vendor refuses this, as the script says.", code="rehearsed_failure")
            return await act(write)

        return may_fail
