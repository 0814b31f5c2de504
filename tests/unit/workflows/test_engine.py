"""A Temporal that is away is told alike to who knew it before and to who started without it."""

import asyncio
import gc

import pytest
from temporalio.converter import DataConverter
from temporalio.service import RPCError

from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from workflows.client import Judges
from workflows.engine import engine, is_there

NOBODY = "127.0.0.1:1"
"""A port on which nothing may listen without being asked to."""


async def test_who_starts_without_it_is_told_that_it_is_away_and_not_that_something_is_broken() -> None:
    client = engine(NOBODY, namespace="default", data_converter=DataConverter.default)
    assert not await is_there(client)
    with pytest.raises(Unavailable) as told:
        await Judges(client).incident_state(IncidentKey("INC-2026-0001"))
    assert told.value.code == "temporal_away"


async def test_no_worker_stands_on_it_before_it_was_reached() -> None:
    client = engine(NOBODY, namespace="default", data_converter=DataConverter.default)
    with pytest.raises(RPCError):
        _ = client.service_client.worker_service_client


async def test_an_attempt_that_nobody_waits_for_any_more_fails_in_silence() -> None:
    said: list[dict[str, object]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: said.append(context))
    client = engine(NOBODY, namespace="default", data_converter=DataConverter.default)
    waiting = asyncio.create_task(is_there(client))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait({task for task in asyncio.all_tasks() if task is not asyncio.current_task()})
    del client, waiting
    gc.collect()
    assert not said
