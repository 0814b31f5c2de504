"""A pool on a fresh database, keys to sign with, and a sequencer that runs."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from integrations.postgres.database import Pool, open_pool
from integrations.postgres.keys import SigningKeys
from integrations.postgres.lease import PostgresLeases
from integrations.postgres.sequencer import Sequencer
from integrations.postgres.vault import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault.at(tmp_path / "keys" / "entries.json")


@pytest_asyncio.fixture
async def pool(database: str, vault: Vault) -> AsyncIterator[Pool]:
    async with open_pool(database, vault=vault) as opened:
        yield opened


@pytest.fixture
def keys(tmp_path: Path) -> SigningKeys:
    return SigningKeys.open(tmp_path / "keys" / "record.pem")


@pytest_asyncio.fixture
async def sequencer(pool: Pool, keys: SigningKeys) -> AsyncIterator[None]:
    """A sequencer at work beside the test."""
    at_work = Sequencer(pool, PostgresLeases(pool), keys, holder="the test's", ttl=timedelta(seconds=1))
    running = asyncio.create_task(at_work.run())
    yield
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
