"""One house for all of these tests; starting workers is what takes time."""

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import make_conninfo

from bot.embedded import EmbeddedPostgres
from tests.workflows.house import House
from tests.workflows.house import house as at_work


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    postgres: EmbeddedPostgres, template: str, temporal_address: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[House]:
    """An installation at work."""
    name = f"house_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    data: Path = tmp_path_factory.mktemp("house")
    database = make_conninfo(postgres.dsn, dbname=name)
    async with at_work(data, database, temporal_address, f"house-{uuid.uuid4().hex[:8]}") as home:
        yield home
