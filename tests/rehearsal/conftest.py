"""One stage for all rehearsals of a session."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.rehearsal.stage import Stage
from bot.rehearsal_composition import rehearsing


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Stage]:
    """A stage on a server of its own."""
    async with rehearsing() as on_stage:
        yield on_stage
