"""Each type of activity, struck in each way: the incident comes to its end, and what is promised holds."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from typing import get_type_hints

import pytest
import pytest_asyncio
from temporalio.client import Client

from bot.composition.installation import Installation, installation
from bot.composition.worker import working
from playbooks import library
from playbooks.actions import times
from playbooks.domain.ids import RunId
from tests.faults.folder import fault_folder
from tests.faults.house import House, house, until
from tests.faults.promises import kept
from tests.faults.quick import hurried
from tests.faults.short import PLAYBOOK, ShortIncident
from tests.faults.struck_activities import (
    DOOR,
    Strike,
    Struck,
    done_twice,
    fails_after,
    fails_before,
    outlives_after,
    outlives_before,
)
from workflows.names import run_id
from workflows.rebuilding import rebuild
from workflows.worker import Activities

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]

RECALLING = "recall_run"
"""Happens to a run that was lost, and to no other."""
ACTIVITIES = ("record_decision", "ask_workflow", "shelve_playbooks", DOOR)
STRIKES: dict[Strike, int] = {
    fails_before: 4,
    fails_after: 4,
    done_twice: 100,
    outlives_before: 2,
    outlives_after: 2,
}
"""How many calls are struck at most: what is waited for, fewer."""
_names = count()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def home() -> AsyncIterator[House]:
    """A house whose worker is this process."""
    with fault_folder() as data:
        async with house(data) as running:
            yield running


@pytest.fixture(autouse=True)
def in_a_hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short spans, and the tests' own playbook in the place of those that ship."""
    for port, spans in hurried().items():
        monkeypatch.setitem(times.TIMES, port, spans)
    monkeypatch.setattr(library, "content", lambda _name: PLAYBOOK)
    monkeypatch.setattr(library, "NAMES", (*library.NAMES, "short"))


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.__name__)
@pytest.mark.parametrize("activity", ACTIVITIES)
async def test_an_activity_that_is_struck_costs_nothing_of_the_promise(
    home: House, activity: str, strike: Strike
) -> None:
    struck = Struck(activity, strike, STRIKES[strike])
    async with installation(home.settings) as muster, working(_with(muster, struck)):
        incident = ShortIncident(muster, f"{activity}/{next(_names)}")
        key = await incident.play()
        await struck.over()
        await kept(muster, key, incident.said)


@pytest.mark.parametrize("strike", STRIKES, ids=lambda strike: strike.__name__)
async def test_a_lost_run_is_recalled_however_that_is_struck(home: House, strike: Strike) -> None:
    struck = Struck(RECALLING, strike, STRIKES[strike])
    async with installation(home.settings) as muster, working(_with(muster, struck)):
        incident = ShortIncident(muster, f"{RECALLING}/{next(_names)}")
        await incident.begin()
        await until(lambda: _waits(incident), "the run waits for an answer")
        await muster.client.get_workflow_handle(run_id(incident.key, RunId("R-1"))).terminate("lost")
        await rebuild(muster.record, muster.judges, incident.key)
        await incident.work()
        await incident.close()
        await struck.over()
        await kept(muster, incident.key, incident.said)


async def _waits(incident: ShortIncident) -> bool:
    case = await incident.case()
    return bool(case.open_consultations or case.open_tasks)


def _with(muster: Installation, struck: Struck) -> Installation:
    config = muster.client.config()
    config["interceptors"] = [struck]
    return replace(muster, client=Client(**config))


async def test_every_activity_of_the_workers_is_struck() -> None:
    """No new activity without its faults."""
    methods = (method for kind in get_type_hints(Activities).values() for method in vars(kind).values())
    definitions = (getattr(method, "__temporal_activity_definition", None) for method in methods)
    assert {definition.name for definition in definitions if definition} == {*ACTIVITIES, RECALLING}
