"""How long a worker works: as its block runs, and bounded beyond it."""

import asyncio
from datetime import timedelta
from typing import Any, cast

import pytest
from temporalio.worker import Worker

from workflows import worker as workers
from workflows.worker import at_work


class Polling:
    """A worker whose last poll is answered when somebody says so: no server can be made to forget one."""

    task_queue = "muster"

    def __init__(self) -> None:
        self.answered = asyncio.Event()
        self.ended = False

    async def __aenter__(self) -> "Polling":
        return self

    async def __aexit__(self, *_: Any) -> None:
        await self.answered.wait()
        self.ended = True


async def test_a_worker_whose_polls_are_answered_ends_with_its_block() -> None:
    polling = Polling()
    async with at_work(cast("Worker", polling)):
        polling.answered.set()
    assert polling.ended


async def test_a_poll_that_is_never_answered_keeps_nobody_from_stopping(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "LEAVING", timedelta(milliseconds=1))
    polling = Polling()
    async with asyncio.timeout(5), at_work(cast("Worker", polling)):
        pass
    assert not polling.ended
    assert "The worker of muster did not end" in caplog.text


async def test_what_goes_wrong_in_the_block_goes_on_to_whoever_runs_it() -> None:
    polling = Polling()
    polling.answered.set()
    with pytest.raises(LookupError):
        async with at_work(cast("Worker", polling)):
            raise LookupError
