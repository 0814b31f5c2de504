"""What may run only once: it works while it holds its lease, stops when it is lost, and comes back after trouble."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from bot import leased
from bot.leased import LeasedLoop, alongside, every, kept_up, run_leased
from playbooks.domain.errors import Unavailable
from playbooks.ports.lease import LeaseState


class Lease:
    """A lease that the test can take away."""

    def __init__(self, name: str, token: int) -> None:
        self.name = name
        self.token = token
        self.lost = asyncio.Event()


class Leases:
    """Gives the lease to whoever waits first."""

    def __init__(self) -> None:
        self.given: list[Lease] = []
        self._free = asyncio.Lock()

    @asynccontextmanager
    async def hold(
        self, name: str, holder: str, ttl: timedelta, *, enduring: bool = False
    ) -> AsyncIterator[Lease]:
        """See the port."""
        async with self._free:
            self.given.append(Lease(name, len(self.given) + 1))
            yield self.given[-1]

    async def listing(self) -> Sequence[LeaseState]:
        """See the port."""
        return ()


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leased, "_PAUSE", 0)
    monkeypatch.setattr(leased, "_TTL", timedelta(milliseconds=1))


async def _until(condition: "asyncio.Event") -> None:
    async with asyncio.timeout(30):
        await condition.wait()


async def _stopped(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_each_wake_up_goes_on_until_nothing_is_left() -> None:
    waiting, done, all_done = [3, 2, 0, 1, 0], [], asyncio.Event()

    async def step() -> int:
        done.append(waiting.pop(0))
        if not waiting:
            all_done.set()
        return done[-1]

    task = asyncio.create_task(run_leased(Leases(), _loop(step), "here"))
    await _until(all_done)
    await _stopped(task)

    assert done == [3, 2, 0, 1, 0]


async def test_a_loop_that_loses_its_lease_stops_and_waits_for_it_again() -> None:
    leases, again = Leases(), asyncio.Event()
    worked_under = []

    async def step() -> int:
        token = leases.given[-1].token
        worked_under.append(token)
        if token == 1:
            leases.given[-1].lost.set()
            return 1  # there would be more to do
        again.set()
        return 0

    task = asyncio.create_task(run_leased(leases, _loop(step), "here"))
    await _until(again)
    await _stopped(task)

    assert worked_under[:2] == [1, 2], "not once more under the lost lease"


async def test_trouble_is_logged_by_its_code_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    attempts, again = [], asyncio.Event()

    async def step() -> int:
        attempts.append(1)
        if len(attempts) == 1:
            raise Unavailable("The words of somebody.", code="database_unavailable")
        again.set()
        return 0

    task = asyncio.create_task(run_leased(Leases(), _loop(step), "here"))
    await _until(again)
    await _stopped(task)

    assert "a loop paused: database_unavailable" in caplog.text
    assert "The words of somebody." not in caplog.text


async def test_two_holders_never_work_at_once() -> None:
    leases, busy, seen, enough = Leases(), [], [], asyncio.Event()

    async def step() -> int:
        busy.append(1)
        await asyncio.sleep(0)
        seen.append(len(busy))
        busy.pop()
        leases.given[-1].lost.set()
        if len(seen) > 20:
            enough.set()
        return 0

    tasks = [asyncio.create_task(run_leased(leases, _loop(step), holder)) for holder in ("here", "there")]
    await _until(enough)
    for task in tasks:
        await _stopped(task)

    assert set(seen) == {1}


async def test_an_end_that_nobody_foresaw_is_logged_by_its_place_and_it_starts_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs, again = [], asyncio.Event()

    async def run() -> None:
        runs.append(1)
        if len(runs) == 1:
            raise RuntimeError("The words of somebody.")
        again.set()

    task = asyncio.create_task(kept_up("a runner", run, pause=0))
    await _until(again)
    await _stopped(task)

    assert "a runner ended by RuntimeError" in caplog.text
    assert "The words of somebody." not in caplog.text


async def test_waking_begins_at_once() -> None:
    wakes = every(timedelta(hours=1))
    async with asyncio.timeout(30):
        await anext(wakes)


def _loop(step: Callable[[], Awaitable[int]]) -> LeasedLoop:
    async def wakes() -> AsyncIterator[None]:
        while True:
            yield
            await asyncio.sleep(0)

    return LeasedLoop("a loop", step, wakes)


async def test_what_runs_alongside_ends_with_the_block_even_if_it_does_not_hear_it_the_first_time() -> None:
    began = asyncio.Event()
    heard = 0

    async def deaf_once() -> None:
        nonlocal heard
        while heard < 2:
            began.set()
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                heard += 1

    async with asyncio.timeout(30), alongside(deaf_once()):
        await began.wait()
    assert heard == 2
