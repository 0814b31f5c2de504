"""The way to Temporal: there also while Temporal is not, so that who starts without it answers people all the same."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from temporalio.client import Client
from temporalio.converter import DataConverter
from temporalio.service import ConnectConfig, RPCError, RPCStatusCode, ServiceClient

_REACHED_WITHIN: Final = timedelta(seconds=5)
"""Temporal may take a connection and then say nothing."""
_THERE_WITHIN: Final = timedelta(seconds=3)
_LOOK_EVERY: Final = timedelta(seconds=1)


class _Reaching(ServiceClient):
    """Connects when it is asked for something, and again until that succeeds.

    The library's own lazy clients are not for workers, and tell of a Temporal that is away by another error than a
    client that was connected before.
    """

    def __init__(self, config: ConnectConfig) -> None:
        super().__init__(config)
        self._reached: ServiceClient | None = None
        self._trying: asyncio.Task[ServiceClient] | None = None

    @property
    def worker_service_client(self) -> Any:  # noqa: ANN401  the library's own type is private
        """What workers stand on. Raises RPCError before Temporal was reached."""
        if self._reached is None:
            raise _away("not reached yet")
        return self._reached.worker_service_client

    def update_rpc_metadata(self, metadata: Mapping[str, str | bytes]) -> None:
        """See ServiceClient."""
        self.config.rpc_metadata = metadata
        if self._reached is not None:
            self._reached.update_rpc_metadata(metadata)

    def update_api_key(self, api_key: str | None) -> None:
        """See ServiceClient."""
        self.config.api_key = api_key
        if self._reached is not None:
            self._reached.update_api_key(api_key)

    async def _rpc_call(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401  passed on as it comes
        return await (await self._there())._rpc_call(*args, **options)  # noqa: SLF001  abstract in ServiceClient

    async def _there(self) -> ServiceClient:
        """One attempt for all who wait for it; whoever gives up waiting ends it for nobody else. Raises RPCError."""
        if self._reached is None:
            if self._trying is None or self._trying.done():
                self._trying = asyncio.create_task(_reach(self.config))
                self._trying.add_done_callback(_looked_at)
            self._reached = await asyncio.shield(self._trying)
        return self._reached


async def _reach(config: ConnectConfig) -> ServiceClient:
    try:
        async with asyncio.timeout(_REACHED_WITHIN.total_seconds()):
            return await ServiceClient.connect(config)
    except (RuntimeError, TimeoutError) as error:
        raise _away(type(error).__name__) from error


def _looked_at(tried: asyncio.Task[ServiceClient]) -> None:
    """An attempt that nobody waits for any more fails without a word of asyncio's."""
    if not tried.cancelled():
        tried.exception()


def _away(why: str) -> RPCError:
    return RPCError(why, RPCStatusCode.UNAVAILABLE, b"")


def engine(address: str, *, namespace: str, data_converter: DataConverter) -> Client:
    """A client of the Temporal at this address, whether it is there or not; what it cannot reach is an RPCError."""
    reaching = _Reaching(ConnectConfig(target_host=address))
    return Client(reaching, namespace=namespace, data_converter=data_converter)


async def is_there(client: Client) -> bool:
    """Whether Temporal answers now; from then on a worker may stand on the client."""
    try:
        return await client.service_client.check_health(timeout=_THERE_WITHIN)
    except RPCError:
        return False


async def there(client: Client) -> None:
    """Wait until Temporal answers."""
    while not await is_there(client):
        await asyncio.sleep(_LOOK_EVERY.total_seconds())
