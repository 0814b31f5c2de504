"""What broke off goes on from the record: a run that does not fit this version, and one that somebody ended."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowHandle

from bot.composition.installation import installation
from bot.composition.worker import working
from bot.embedded import EmbeddedPostgres
from bot.first_start import prepared
from bot.settings import Settings
from playbooks.actions import follow_ups
from playbooks.actions.asking import told
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, registered, until
from workflows import names, worker


@pytest.mark.asyncio(loop_scope="session")
async def test_a_part_that_somebody_ended_in_temporal_is_begun_again_by_itself(house: House) -> None:
    key = await house.declared(joined=["WFP"])
    part = house.handle(names.part_id(key, OrganizationCode("WFP")))
    ended = (await part.describe()).run_id
    await part.terminate("by mistake")

    async def begun_again() -> bool:
        return bool((await part.describe()).run_id != ended)

    await until(begun_again, "the part runs again")


@asynccontextmanager
async def _apart(
    postgres: EmbeddedPostgres, template: str, temporal_address: str, data: Path
) -> AsyncIterator[House]:
    """A house of its own in which no worker runs, so that the test says which version does."""
    name = f"resuming_{uuid.uuid4().hex}"
    async with await psycopg.AsyncConnection.connect(postgres.dsn, autocommit=True) as connection:
        await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY".encode())
    await registered(temporal_address, name)
    settings = Settings(
        data=data,
        database_url=make_conninfo(postgres.dsn, dbname=name),
        temporal_address=temporal_address,
        temporal_namespace=name,
        directory=Path(str(files("playbooks.directory") / "demo_people.yaml")),
    )
    async with installation(prepared(settings)) as muster:
        yield House(muster)


async def _noted(home: House, key: IncidentKey, words: str) -> None:
    given = home.command("unhcr-duty", "note", key, texts={"note": words})

    async def decided() -> bool:
        try:
            return (await home.gateway.submit(given)).code == "note.done"
        except Unavailable:
            return False

    await until(decided, f"“{words}” is noted")


@pytest.mark.parametrize("first_task", ["done by this version", "lost"])
async def test_an_incident_that_an_earlier_version_began_otherwise_goes_on_in_this_one(
    postgres: EmbeddedPostgres,
    template: str,
    temporal_address: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    first_task: str,
) -> None:
    """Temporal's SDK ends what does not fit by its first task alone; where that was lost, we do."""
    async with _apart(postgres, template, temporal_address, tmp_path) as home:
        async with working(home.muster):
            key = await home.declared(joined=["WFP"])
            await _noted(home, key, "Said before the upgrade.")
            incident = home.handle(names.incident_id(key))
            await until(lambda: _is_quiet(incident), "all that followed is done")
        begun = (await incident.describe()).run_id
        # Another version, in which a declaration leads to nothing: what the history did has no place in it.
        monkeypatch.setitem(follow_ups._FOLLOWS, Kind.DECLARE, told)
        if first_task == "lost":
            with monkeypatch.context() as earlier:
                earlier.setattr(worker, "_ENDED_BY", ())
                async with working(home.muster):
                    await incident.signal("nothing that it knows")
                    await until(lambda: _failed(incident), "its first task failed, and the run did not")
        async with working(home.muster):
            await _noted(home, key, "Said after it.")
            now = await incident.describe()
        notes = [entry async for _, entry in home.muster.record.entries(key) if entry.kind == Kind.NOTE_ADD]
    assert now.run_id != begun
    assert len(notes) == 2


async def _is_quiet(incident: WorkflowHandle[Any, Any]) -> bool:
    """Whatever happens to a run has Temporal count its tasks anew."""
    return not (await incident.describe()).raw_description.pending_activities


async def _failed(incident: WorkflowHandle[Any, Any]) -> bool:
    events = [each async for each in incident.fetch_history_events()]
    return any(each.event_type == EventType.EVENT_TYPE_WORKFLOW_TASK_FAILED for each in events)
