"""One house for all of these tests; starting workers is what takes time."""

import json
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from psycopg.conninfo import make_conninfo
from temporalio import workflow

from bot.embedded import EmbeddedPostgres
from tests.contract.fakes.machine import TOKEN, FakeMachine
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
    async with FakeMachine().served() as machine:
        namespace = f"house-{uuid.uuid4().hex[:8]}"
        async with at_work(data, database, temporal_address, namespace, _console(data, machine)) as home:
            home.machine = machine
            yield home


def _console(data: Path, machine: FakeMachine) -> Path:
    """UNHCR's account `console` and its `executor`, which playbooks may call; and its collection."""
    (data / "token").write_text(TOKEN)
    entry = {
        "organization": "UNHCR",
        "vendor": "http",
        "account": "console",
        "url": machine.url,
        "allow": ["GET /v1/**", "POST /v1/**"],
        "networks": ["127.0.0.0/8"],
        "credentials": {"token": f"file:{data / 'token'}"},
        "ceiling": "TLP:RED",
    }
    connections = data / "connections.yaml"
    executor = {"account": "executor", "url": f"{machine.url}/v1/execute", "executes": ["powershell"]}
    sharing = {"organization": "UNHCR", "vendor": "simulated-sharing", "ceiling": "TLP:GREEN"}
    connections.write_text(json.dumps({"connections": [entry, {**entry, **executor}, sharing]}))
    return connections


@pytest.fixture
def new_runs_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Temporal suggests a new run after so few events, not after some thousands."""

    def after(events: int) -> None:
        monkeypatch.setattr(
            workflow.Info,
            "is_continue_as_new_suggested",
            lambda info: info.get_current_history_length() > events,
        )

    return after
