"""The house in which the walks go."""

from collections.abc import AsyncIterator

import pytest_asyncio

from integrations.postgres.database import open_pool, open_reading_pool
from integrations.postgres.reading import PostgresReading
from integrations.postgres.record import PostgresRecord
from playbooks.domain.ids import IncidentKey
from tests.policy.canaries import an_incident
from tests.policy.house import a_house
from tests.policy.walking import SEEDS, Walk


@pytest_asyncio.fixture
async def walk(database: str) -> AsyncIterator[Walk]:
    async with open_pool(database) as pool, open_reading_pool(database) as readers:
        record, told = PostgresRecord(pool), {}
        for seed in SEEDS:
            entries = an_incident(seed)
            await record.append(entries)
            told[IncidentKey(entries[0].incident or "")] = entries
        parts, app = a_house(PostgresReading(readers), record)
        yield Walk(parts, app, told)
