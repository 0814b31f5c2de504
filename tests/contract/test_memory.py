"""What PostgreSQL keeps and what is held in memory keep to the same ports."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest_asyncio

from integrations.postgres.content import PostgresContent
from integrations.postgres.database import Pool, open_pool
from integrations.postgres.inbox import PostgresInbox
from integrations.postgres.ledger import PostgresLedger
from integrations.postgres.record import PostgresRecord
from integrations.simulated.content import SimulatedContent
from integrations.simulated.inbox import SimulatedInbox
from integrations.simulated.ledger import SimulatedLedger
from integrations.simulated.record import SimulatedRecord
from tests.contract.memory import check_content, check_inbox, check_ledger, check_record


@pytest_asyncio.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    async with open_pool(database) as opened:
        yield opened


def ledger_in_memory() -> SimulatedLedger:
    return SimulatedLedger(lambda: datetime.now(UTC))


async def test_the_record_in_memory_keeps_to_the_port() -> None:
    ledger = ledger_in_memory()
    await check_record(SimulatedRecord(ledger), ledger)


async def test_the_record_in_postgresql_keeps_to_the_port(pool: Pool) -> None:
    await check_record(PostgresRecord(pool), PostgresLedger(pool))


async def test_the_ledger_in_memory_keeps_to_the_port() -> None:
    await check_ledger(ledger_in_memory())


async def test_the_ledger_in_postgresql_keeps_to_the_port(pool: Pool) -> None:
    await check_ledger(PostgresLedger(pool))


async def test_the_inbox_in_memory_keeps_to_the_port() -> None:
    record = SimulatedRecord()
    await check_inbox(SimulatedInbox(record), record)


async def test_the_inbox_in_postgresql_keeps_to_the_port(pool: Pool) -> None:
    await check_inbox(PostgresInbox(pool), PostgresRecord(pool))


async def test_content_in_memory_keeps_to_the_port() -> None:
    await check_content(SimulatedContent())


async def test_content_in_postgresql_keeps_to_the_port(pool: Pool) -> None:
    await check_content(PostgresContent(pool))
