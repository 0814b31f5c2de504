"""What tests share: one PostgreSQL and one Temporal for the session, each started when first asked for.

The servers are the real ones. A test gets a database of its own, cloned from one that is migrated once.
"""

import os
import shutil
import sys
import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from hypothesis import HealthCheck, settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.testing import WorkflowEnvironment

from bot.embedded import EmbeddedPostgres, embedded_postgres, embedded_temporal
from integrations.postgres.migrate import migrate

# How long an example takes says how busy the machine is, not whether the rule holds. The examples of a commit are
# the same wherever it is tested, so that what turns red is its own doing; `make explore` looks at others.
settings.register_profile(
    "muster", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", settings.get_profile("muster"), derandomize=False, print_blob=True)
settings.load_profile("muster")

TEMPLATE = "muster_template"
# What a crash would lose is of no use to a test.
FAST = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@pytest.fixture(scope="session")
def server_data() -> Iterator[Path]:
    """A short folder that PostgreSQL's account reaches, also as root (pytest's own folders are closed)."""
    folder = Path(tempfile.mkdtemp(prefix="muster-tests-", dir="/tmp"))
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def postgres(server_data: Path) -> AsyncIterator[EmbeddedPostgres]:
    async with embedded_postgres(server_data, settings=FAST) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_dsn(postgres: EmbeddedPostgres) -> str:
    """The session's PostgreSQL, as the role `muster`; most tests want `database` instead."""
    return postgres.dsn


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(postgres: EmbeddedPostgres) -> str:
    """The name of a migrated database that nobody is connected to."""
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {TEMPLATE}")
    await migrate(make_conninfo(postgres.dsn, dbname=TEMPLATE))
    return TEMPLATE


@pytest_asyncio.fixture
async def database(postgres: EmbeddedPostgres, template: str) -> AsyncIterator[str]:
    """The address of a fresh, migrated database, dropped after the test."""
    name = f"test_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield make_conninfo(postgres.dsn, dbname=name)
    # As the superuser: an autovacuum worker may be in it, whom nobody else may end.
    async with await psycopg.AsyncConnection.connect(postgres.admin_dsn, autocommit=True) as connection:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def all_rights(postgres: EmbeddedPostgres, database: str) -> str:
    """The same database for whoever has every right there: tampers with what no role of Muster's may touch."""
    return make_conninfo(postgres.admin_dsn, dbname=conninfo_to_dict(database)["dbname"])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def temporal_address(server_data: Path) -> AsyncIterator[str]:
    """The session's Temporal development server, in memory; use task queues and ids of your own."""
    async with embedded_temporal(server_data, ui=False, persistent=False) as server:
        yield server.address


@pytest_asyncio.fixture
async def time_skipping() -> AsyncIterator[WorkflowEnvironment]:
    """A server of its own whose clock runs ahead while every workflow waits."""
    async with await WorkflowEnvironment.start_time_skipping(
        data_converter=pydantic_data_converter,
        test_server_existing_path=str(Path(sys.executable).parent / "temporal-test-server"),
    ) as environment:
        yield environment


@pytest.fixture(scope="session")
def shared() -> Path:
    """The published corpora and specifications; a test that asks for them is marked `conformance`."""
    folder = Path(os.environ.get("MUSTER_SHARED", Path(__file__).parents[2] / "shared"))
    if not folder.is_dir():
        pytest.skip("the published corpora are not here; MUSTER_SHARED says where")
    return folder
