"""What runs only once is started again, whatever ended it."""

import asyncio
import logging

import pytest

from bot.leased import kept_up

pytestmark = pytest.mark.faults


async def test_a_runner_that_ended_by_an_error_nobody_foresaw_is_started_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    starts = 0
    goes_on = asyncio.Event()

    async def run() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise KeyError("what a person wrote")
        goes_on.set()
        await asyncio.Event().wait()

    with caplog.at_level(logging.ERROR):
        running = asyncio.create_task(kept_up("sequencer", run, pause=0))
        await asyncio.wait_for(goes_on.wait(), 5)
    running.cancel()

    assert "sequencer ended by KeyError" in caplog.text
    assert "what a person wrote" not in caplog.text
