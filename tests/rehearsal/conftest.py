"""One stage for all rehearsals of a session."""

from collections.abc import AsyncIterator

import pytest_asyncio

from bot.composition.rehearsal import rehearsing
from bot.rehearsal.theatre import Rehearses


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def stage() -> AsyncIterator[Rehearses]:
    """A stage on a server of its own."""
    async with rehearsing() as theatre:
        yield theatre
