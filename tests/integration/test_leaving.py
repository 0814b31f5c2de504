"""How long a worker works: as its block runs, and bounded beyond it, with a real Temporal that freezes."""

import asyncio
import os
import signal
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from temporalio import activity
from temporalio.client import Client
from temporalio.worker import Worker

from bot.embedded import EmbeddedTemporal, embedded_temporal
from workflows import worker as workers
from workflows.worker import at_work


@activity.defn
async def _nothing() -> None:
    """A worker does something or other."""


@pytest_asyncio.fixture
async def temporal(tmp_path: Path) -> AsyncIterator[EmbeddedTemporal]:
    """A server of one's own, which may be frozen."""
    async with embedded_temporal(tmp_path, ui=False, persistent=False) as server:
        yield server
        os.kill(server.pid, signal.SIGCONT)


async def _polling(server: EmbeddedTemporal) -> Worker:
    client = await Client.connect(server.address)
    return Worker(client, task_queue=f"leaving-{uuid.uuid4().hex}", activities=[_nothing])


async def _begun(worker: Worker) -> None:
    while not worker.is_running:
        await asyncio.sleep(0.01)


async def test_a_worker_whose_polls_are_answered_ends_with_its_block(
    temporal: EmbeddedTemporal, caplog: pytest.LogCaptureFixture
) -> None:
    worker = await _polling(temporal)
    async with asyncio.timeout(workers.LEAVING.total_seconds()), at_work(worker):
        await _begun(worker)
    assert not worker.is_running
    assert "did not end" not in caplog.text


async def test_a_temporal_that_is_frozen_keeps_nobody_from_stopping(
    temporal: EmbeddedTemporal, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(workers, "LEAVING", timedelta(seconds=1))
    worker = await _polling(temporal)
    async with asyncio.timeout(10):
        async with at_work(worker):
            await _begun(worker)
            os.kill(temporal.pid, signal.SIGSTOP)
    assert f"The worker of {worker.task_queue} did not end" in caplog.text


async def test_what_goes_wrong_in_the_block_goes_on_to_whoever_runs_it(temporal: EmbeddedTemporal) -> None:
    worker = await _polling(temporal)
    with pytest.raises(LookupError):
        async with at_work(worker):
            raise LookupError
