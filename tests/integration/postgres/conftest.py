"""A pool on a fresh database, and entries to put into it."""

from collections.abc import AsyncIterator

import pytest_asyncio

from integrations.postgres.database import Pool, open_pool


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened
