"""Migrations are applied once, in order, by one process at a time, and never changed."""

import asyncio
from hashlib import sha256
from importlib.resources import files

import psycopg
import pytest

from integrations.postgres.migrate import SAME_SCHEMA, bootstrap, migrate, migrations
from playbooks.domain.errors import Conflict, Unavailable


async def test_migrating_again_does_nothing(database: str) -> None:
    assert await migrate(database) == []


def test_no_migration_was_changed_after_it_was_given_out() -> None:
    lines = (files(__package__) / "given_out.sha256").read_text("utf-8").splitlines()
    for line in lines:
        digest, name = line.split()
        now = sha256(migrations()[name].encode()).hexdigest()
        assert now == digest, f"databases have {name} as it was: leave it, and write a new migration"


async def test_a_database_goes_on_from_an_earlier_text_that_made_the_same_schema(database: str) -> None:
    (name, earlier), *_ = SAME_SCHEMA.items()
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute("UPDATE migration SET sha256 = %s WHERE name = %s", (earlier, name))
    assert await migrate(database) == []


async def test_two_processes_migrate_a_new_database_together(postgres: object) -> None:
    dsn = await bootstrap(postgres.admin_dsn, "migrated_together", "a password", "muster_trial")  # type: ignore[attr-defined]
    applied = await asyncio.gather(*(migrate(dsn) for _ in range(4)))
    assert max(applied, key=len) == list(migrations())
    assert sum(map(len, applied)) == len(migrations())


async def test_bootstrap_may_run_again_and_its_role_is_no_superuser(postgres: object) -> None:
    admin = postgres.admin_dsn  # type: ignore[attr-defined]
    await bootstrap(admin, "started_twice", "first", "muster_twice")
    dsn = await bootstrap(admin, "started_twice", "second", "muster_twice")
    async with await psycopg.AsyncConnection.connect(dsn) as connection:
        cursor = await connection.execute(
            "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        )
        assert await cursor.fetchone() == (False, False)


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        ("UPDATE migration SET sha256 = 'x' WHERE name LIKE '0002%'", "0002_record.sql was changed after"),
        (
            "INSERT INTO migration (name, sha256) VALUES ('9999_later.sql', 'x')",
            "9999_later.sql, which this version",
        ),
    ],
)
async def test_a_database_that_does_not_fit_is_refused_in_a_sentence(
    database: str, damage: str, sentence: str
) -> None:
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as connection:
        await connection.execute(damage.encode())
    with pytest.raises(Conflict, match=sentence):
        await migrate(database)


async def test_a_database_that_is_away_is_said_to_be() -> None:
    with pytest.raises(Unavailable):
        await migrate("host=/nowhere dbname=none connect_timeout=2")
