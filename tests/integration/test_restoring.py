"""The drill for a backup, as docs/operating.md has it: dumped, restored elsewhere, verified, compared, gone on with."""

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from shutil import copytree

import psycopg
import pytest_asyncio
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bot.composition.installation import Installation, installation
from bot.embedded import EmbeddedPostgres
from bot.settings import Settings
from integrations.postgres.database import connected
from integrations.postgres.export import latest_signed_head
from integrations.postgres.sequencer import integrate
from integrations.postgres.verify import verify_live
from playbooks.domain.proof.held import Held
from playbooks.domain.proof.verification import Damage, Report
from tests.record_samples import KEY, entry


@pytest_asyncio.fixture
async def elsewhere(postgres: EmbeddedPostgres) -> AsyncIterator[str]:
    """The name of an empty database."""
    name = f"restored_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.admin_dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} OWNER muster")
        yield name
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def run(postgres: EmbeddedPostgres, tool: str, *arguments: str) -> None:
    """One of PostgreSQL's own tools, as a superuser."""
    program = Path(f"/proc/{postgres.pid}/exe").readlink().parent / tool
    running = await asyncio.create_subprocess_exec(
        program, *arguments, stderr=asyncio.subprocess.PIPE, env={**os.environ, "LC_ALL": "C"}
    )
    _out, said = await running.communicate()
    assert running.returncode == 0, said.decode()


async def recorded(muster: Installation, *numbers: int) -> Held:
    """Entries, under a head that a witness holds from then on."""
    await muster.record.append([entry(number) for number in numbers])
    await integrate(muster.pool, muster.keys)
    async with connected(muster.pool) as connection:
        signed = await latest_signed_head(connection)
    assert signed is not None
    return Held(witness="WFP", size=signed.head.size, root=signed.head.root)


async def verified(muster: Installation, *held: Held) -> Report:
    async with connected(muster.pool) as connection:
        return await verify_live(connection, muster.keys.public_keys, held=held)


async def test_a_backup_is_restored_verified_and_gone_on_with_and_a_witness_shows_that_it_is_older(
    postgres: EmbeddedPostgres, database: str, elsewhere: str, temporal_address: str, tmp_path: Path
) -> None:
    settings = Settings(data=tmp_path / "data", database_url=database, temporal_address=temporal_address)
    dump = str(tmp_path / "muster.dump")
    async with installation(settings) as muster:
        then = await recorded(muster, 1, 2, 3)
        whole = make_conninfo(postgres.admin_dsn, dbname=conninfo_to_dict(database)["dbname"])
        await run(postgres, "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={whole}")
        copytree(settings.keys, tmp_path / "restored" / "keys")
        later = await recorded(muster, 4, 5)
        assert (await verified(muster, then, later)).first_problem is None

    there = make_conninfo(postgres.admin_dsn, dbname=elsewhere)
    await run(postgres, "pg_restore", "--exit-on-error", f"--dbname={there}", dump)
    address = make_conninfo(postgres.dsn, dbname=elsewhere)
    back = Settings(data=tmp_path / "restored", database_url=address, temporal_address=temporal_address)
    async with installation(back) as muster:
        texts = [each.texts async for _, each in muster.record.entries(KEY)]
        assert texts == [entry(number).texts for number in (1, 2, 3)]
        report = await verified(muster, then)
        assert (report.first_problem, report.entries) == (None, 3)
        cut = (await verified(muster, then, later)).first_problem
        assert cut is not None
        assert cut.kind is Damage.TRUNCATED
        assert "WFP holds a head" in cut.sentence
        await recorded(muster, 6)
        assert (await verified(muster, then)).first_problem is None
