"""Temporal's test server, whose clock runs ahead while everything waits: a playbook of 72 hours takes seconds.

It serves rehearsals and tests alone: it holds everything in memory and is gone with them. Its clock belongs to the
whole server, goes at its ordinary pace between rehearsals, and runs ahead only within `SkippingClock.running_ahead`.
"""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from google.protobuf.duration_pb2 import Duration
from google.protobuf.empty_pb2 import Empty
from temporalio.api.testservice.v1 import LockTimeSkippingRequest, SleepRequest, UnlockTimeSkippingRequest
from temporalio.client import Client
from temporalio.service import RPCError

from bot.embedded.errors import EmbeddedServerError
from bot.embedded.ports import LOOPBACK, remembered_ports
from bot.embedded.supervise import Program, supervised
from playbooks.domain.saying import saying

_START = timedelta(seconds=30)
_FORGOTTEN = 20
"""Locks that may be forgotten in one rehearsal."""
_A_WHILE = Duration(seconds=60)
_AT_ONCE = timedelta(milliseconds=500)


@dataclass(frozen=True)
class TimeSkippingTemporal:
    """A running server by its gRPC address."""

    address: str
    pid: int


@asynccontextmanager
async def time_skipping_temporal(
    data: Path, *, executable: Path | None = None
) -> AsyncIterator[TimeSkippingTemporal]:
    """Run the server for as long as the block runs, its log in the data folder.

    Raises:
        EmbeddedServerError: the program is missing, or the server did not start.
    """
    program = executable or Path(sys.executable).parent / "temporal-test-server"
    if not program.exists():
        raise EmbeddedServerError(saying("embedded.no_test_server", program=program))
    port = remembered_ports(data, "time_skipping")["time_skipping"]
    address = f"{LOOPBACK}:{port}"
    started = Program(
        name="temporal-test-server",
        command=(program, str(port), "--enable-time-skipping"),
        log=data / "logs" / "temporal-test-server.log",
        environment={"HOME": str(data)},
    )
    async with supervised(started) as child:
        await child.ready(lambda: _stands_still(address), within=_START)
        yield TimeSkippingTemporal(address, child.pid)


class SkippingClock:
    """The server's clock. The server counts locks: what is at work holds one, and so does this between rehearsals."""

    def __init__(self, client: Client) -> None:
        self._service = client.test_service

    @asynccontextmanager
    async def running_ahead(self) -> AsyncIterator[None]:
        """Let the clock run ahead, while every workflow waits, for as long as the block runs."""
        await self._service.unlock_time_skipping(UnlockTimeSkippingRequest())
        try:
            yield
        finally:
            await self._service.lock_time_skipping(LockTimeSkippingRequest())

    async def now(self) -> datetime:
        """What it shows."""
        return (await self._service.get_current_time(Empty())).time.ToDatetime(tzinfo=UTC)

    async def take_back(self) -> None:
        """Take back a lock that the server forgot, as it does now and then when a workflow goes on in a new run."""
        await self._service.unlock_time_skipping(UnlockTimeSkippingRequest())

    async def settle(self) -> None:
        """Take back the locks that the server forgot, while nothing is at work at all.

        Now and then the server keeps the lock of a workflow that ended just as something reached it (like its issue
        1138); then its clock would never run ahead again. A sleep gives back our lock for as long as it lasts, so it
        ends at once exactly when no other is left.

        Raises:
            EmbeddedServerError: the clock does not move whatever is taken back.
        """
        asleep = asyncio.ensure_future(
            self._service.unlock_time_skipping_with_sleep(SleepRequest(duration=_A_WHILE))
        )
        for _ in range(_FORGOTTEN):
            await asyncio.wait((asleep,), timeout=_AT_ONCE.total_seconds())
            if asleep.done():
                await asleep
                return
            await self.take_back()
        asleep.cancel()
        raise EmbeddedServerError(saying("embedded.clock_stands"))


async def _stands_still(address: str) -> bool:
    """Whether the server serves; its clock, which would run ahead from the start, is stopped then.

    The server counts: unlocked twice, its clock would run ahead of workflows that are at work.
    """
    try:
        client = await Client.connect(address)
    except (RPCError, RuntimeError):
        return False
    await client.test_service.lock_time_skipping(LockTimeSkippingRequest())
    return True
