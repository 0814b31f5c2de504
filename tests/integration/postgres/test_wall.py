"""The doctor's look at the wall: it stands after the migrations, and each hole in it is named."""

from collections.abc import AsyncIterator

import psycopg
import pytest_asyncio
from psycopg.conninfo import make_conninfo

from bot.embedded import EmbeddedPostgres
from integrations.postgres.database import Pool, open_pool, open_reading_pool
from integrations.postgres.wall import holes

HOLES = {
    "ALTER TABLE body NO FORCE ROW LEVEL SECURITY": "body is read by the wall and has no forced row-level security",
    "ALTER TABLE card DISABLE ROW LEVEL SECURITY": "card is read by the wall and has no forced row-level security",
    "GRANT SELECT ON command TO muster_wall": "command is read by the wall and has no forced row-level security",
    "GRANT SELECT ON command TO muster_reader": "public.command can be read by readers and is no view of the wall's",
    "GRANT DELETE ON body TO muster_reader": "body can be written by muster_reader",
    "GRANT UPDATE ON body TO muster_verifier": "body can be written by muster_verifier",
    (
        "CREATE VIEW shown.wide AS SELECT * FROM command; GRANT SELECT ON shown.wide TO muster_reader"
    ): "shown.wide can be read by readers and is no view of the wall's",
}


@pytest_asyncio.fixture
async def readers(database: str) -> AsyncIterator[Pool]:
    async with open_reading_pool(database) as opened:
        yield opened


async def test_after_the_migrations_the_wall_stands(pool: Pool, readers: Pool) -> None:
    assert await holes(pool, readers) == []


async def test_each_hole_is_named(pool: Pool, readers: Pool, database: str) -> None:
    for statement, sentence in HOLES.items():
        async with await psycopg.AsyncConnection.connect(database) as connection:
            await connection.execute(statement.encode())
        assert sentence in map(str, await holes(pool, readers)), statement


async def test_an_application_that_is_a_superuser_is_told_so(
    postgres: EmbeddedPostgres, database: str, readers: Pool
) -> None:
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    async with open_pool(make_conninfo(postgres.admin_dsn, dbname=name)) as superuser:
        [hole] = await holes(superuser, readers)
    assert str(hole).startswith("the application connects as postgres, which passes every policy")


async def test_readers_that_are_not_the_reader_s_role_are_told_so(pool: Pool) -> None:
    assert "readers' connections are muster_writer, not muster_reader" in map(str, await holes(pool, pool))
