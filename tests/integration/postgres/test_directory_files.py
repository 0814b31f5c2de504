"""What changes in the directory's files stands in the record once, whoever starts when, on a real PostgreSQL."""

import asyncio
import itertools
import sys
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg

from bot.files_on_record import FilesOnRecord, digests
from integrations.postgres.database import Pool, open_pool
from integrations.postgres.own_pages import entries_of
from integrations.postgres.record import PostgresRecord
from integrations.postgres.vault import Vault
from playbooks.directory import load_directory, shipped_organizations
from playbooks.directory.changes import FILE_KINDS
from playbooks.directory.facts import Said, facts_of
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.domain.kinds import Kind

REPOSITORY = Path(__file__).parents[3]
PEOPLE = (
    "people:\n  - {{id: wfp-duty, organization: WFP, duties: [on_call], identities: {{slack: {slack}}}}}\n"
)
ONE_PROCESS = """
import asyncio, sys
from pathlib import Path
from integrations.postgres.database import open_pool
from integrations.postgres.vault import Vault
from tests.integration.postgres.test_directory_files import on_record, said_by
from bot.files_on_record import digests

async def start(dsn, keys, file):
    said = said_by(Path(file))
    async with open_pool(dsn, vault=Vault.at(Path(keys))) as pool:
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        await on_record(pool).put(said, digests({"directory": Path(file)}))

asyncio.run(start(*sys.argv[1:]))
"""


def said_by(file: Path) -> Said:
    return facts_of(load_directory(shipped_organizations(), file.read_bytes()))


def on_record(pool: Pool) -> FilesOnRecord:
    record = PostgresRecord(pool)

    async def recorded() -> tuple[Entry, ...]:
        return await record.entries_by_id(await entries_of(pool, *FILE_KINDS))

    return FilesOnRecord(record, recorded, lambda: datetime.now(UTC))


async def of_wfp(pool: Pool) -> list[Entry]:
    """In the order in which they were written."""
    entries = await PostgresRecord(pool).entries_by_id(await entries_of(pool, *FILE_KINDS))
    own = [entry for entry in entries if entry.data["organization"] == "WFP"]
    return sorted(own, key=lambda entry: (entry.kind, entry.data["number"]))


async def recorded_by_now(pool: Pool) -> list[Entry]:
    """The same, nothing while the database is away."""
    with suppress(Unavailable):
        return await of_wfp(pool)
    return []


async def together(database: str, keys: Path, *files: Path) -> None:
    """Processes that start at the same moment, each with its file."""
    command = (sys.executable, "-c", ONE_PROCESS, database, str(keys))
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(*command, str(file), stdin=pipe, stdout=pipe, cwd=REPOSITORY)
        for file in files
    ]
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    assert [process.returncode for process in started] == [0] * len(files), ended


async def test_however_many_processes_start_together_each_change_stands_once(
    database: str, pool: Pool, tmp_path: Path
) -> None:
    keys, file = tmp_path / "keys" / "entries.json", tmp_path / "directory.yaml"
    file.write_text(PEOPLE.format(slack="U000AAAAA"), "utf-8")
    await together(database, keys, *[file] * 4)
    first = await of_wfp(pool)
    assert [(each.kind, each.data["number"]) for each in first] == [
        (Kind.ORGANIZATION_CHANGE, 1),
        (Kind.PARTICULARS_CHANGE, 1),
    ]
    assert first[0].data["files"] == digests({"directory": file})

    file.write_text("# a comment\n" + PEOPLE.format(slack="U000AAAAA"), "utf-8")
    await together(database, keys, file, file)
    assert await of_wfp(pool) == first, "how it is written is no change"

    other = tmp_path / "other.yaml"
    file.write_text(PEOPLE.format(slack="U012AB3CD"), "utf-8")
    other.write_text(PEOPLE.format(slack="U055ZZZZZ"), "utf-8")
    await together(database, keys, file, other, file, other)
    told = [each.texts for each in await of_wfp(pool) if each.kind == Kind.PARTICULARS_CHANGE]
    numbers = [each.data["number"] for each in await of_wfp(pool) if each.kind == Kind.PARTICULARS_CHANGE]
    assert numbers == list(range(1, len(numbers) + 1))
    accounts = [each["people/wfp-duty/identities/slack"] for each in told]
    assert {"U012AB3CD", "U055ZZZZZ"} <= set(accounts), "of two files neither is passed over"
    assert all(one != next_ for one, next_ in itertools.pairwise(accounts)), "nothing is told twice"


async def test_what_changes_while_the_database_is_away_is_recorded_once_it_is_back(
    database: str, all_rights: str, vault: Vault, pool: Pool, tmp_path: Path
) -> None:
    file = tmp_path / "directory.yaml"
    file.write_text(PEOPLE.format(slack="U000AAAAA"), "utf-8")
    name = psycopg.conninfo.conninfo_to_dict(database)["dbname"]
    admin = psycopg.conninfo.make_conninfo(all_rights, dbname="postgres")
    looks = asyncio.Queue[None]()

    def said() -> Said:
        looks.put_nowait(None)
        return said_by(file)

    own = open_pool(database, vault=vault)
    own.timeout = 0.2
    async with own, await psycopg.AsyncConnection.connect(admin, autocommit=True) as operator:
        await operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false'.encode())
        await operator.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,)
        )
        following = asyncio.create_task(
            on_record(own).follow(said, lambda: digests({"directory": file}), timedelta(milliseconds=50))
        )
        for _ in range(2):  # the second look comes after the first was in vain
            await looks.get()
        await operator.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true'.encode())
        async with asyncio.timeout(30):
            while len(await recorded_by_now(pool)) < 2:
                await asyncio.sleep(0.05)
        following.cancel()
        await asyncio.gather(following, return_exceptions=True)
    assert len(await of_wfp(pool)) == 2
