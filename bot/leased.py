"""What may run only once: a loop that holds a lease, and starts again elsewhere when its holder dies."""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from playbooks.domain.errors import IncidentError
from playbooks.ports.lease import Held, Leases

_TTL = timedelta(seconds=5)
"""How long a loop stands still at most when its holder was killed."""
_PAUSE = 1.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LeasedLoop:
    """One single runner: what it does for each wake-up until nothing is left, and what wakes it."""

    name: str
    step: Callable[[], Awaitable[int]]
    wakes: Callable[[], AsyncIterator[None]]


async def every(span: timedelta) -> AsyncIterator[None]:
    """Wake now, and then each time `span` has passed."""
    while True:
        yield
        await asyncio.sleep(span.total_seconds())


async def run_leased(leases: Leases, loop: LeasedLoop, holder: str) -> None:
    """Run the loop for as long as this process lives, under its lease."""
    await run_holding(leases, loop.name, holder, partial(_until_lost, loop))


async def run_holding(
    leases: Leases, name: str, holder: str, work: Callable[[Held], Awaitable[None]], *, enduring: bool = False
) -> None:
    """Work for as long as this process lives and holds the lease; troubles are logged by code and tried again."""
    while True:
        try:
            async with leases.hold(name, holder, _TTL, enduring=enduring) as held:
                await work(held)
        except IncidentError as error:
            _log.warning("%s paused: %s", name, error.code)
            await asyncio.sleep(_PAUSE)


async def kept_up(name: str, run: Callable[[], Awaitable[None]], pause: float = _PAUSE) -> None:
    """Run what should never end; an end that nobody foresaw is logged by its place, and it starts again.

    What the error says is not logged: it may quote what people wrote.
    """
    while True:
        try:
            await run()
        except Exception as error:  # noqa: BLE001  whatever it is, the others of this process go on
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error(
                "%s ended by %s at %s:%s; starting it again",
                name,
                type(error).__name__,
                place.filename,
                place.lineno,
            )
        await asyncio.sleep(pause)


async def _carried_on(loop: LeasedLoop, held: Held) -> None:
    while not held.lost.is_set():
        try:
            await _until_lost(loop, held)
        except IncidentError as error:
            _log.warning("%s paused: %s", loop.name, error.code)
            await asyncio.sleep(_PAUSE)


async def _until_lost(loop: LeasedLoop, held: Held) -> None:
    async for _wake in loop.wakes():
        while not held.lost.is_set() and await loop.step():
            pass
        if held.lost.is_set():
            return


@asynccontextmanager
async def beside(loop: LeasedLoop, held: Held) -> AsyncIterator[None]:
    """Run the loop too under a lease that is held already, for as long as the block runs."""
    async with alongside(kept_up(loop.name, partial(_carried_on, loop, held))):
        yield


@asynccontextmanager
async def alongside(*works: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """Run these for as long as the block runs, each in a task of its own, and see every one of them end.

    Who is broken off in the moment in which she is given what she waits for may go on as if nothing had been
    (`asyncio.wait_for` before Python 3.12, by which the pool of connections waits), and is broken off again.
    """
    running = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        left = set(running)
        while left:
            for task in left:
                task.cancel()
            _, left = await asyncio.wait(left, timeout=_TTL.total_seconds())
        await asyncio.gather(*running, return_exceptions=True)
