"""A playbook that runs another: values go in and come back, and a run that was lost goes on where it stood."""

import pytest

from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from tests.workflows.nested import INNER, OUTER
from workflows.names import run_id
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")

CIRCLE = INNER.replace(
    b"steps:\n",
    b"steps:\n  - step: Round again\n    run: Outer\n",
).replace(b"ids:\n", b"ids:\n  playbooks:\n    Outer: playbook--5c5d9f5c-8f1c-4f0f-9c0a-0d1d3f6a1c01\n")


async def _started(house: House) -> IncidentKey:
    house.playbooks |= {"outer": OUTER, "inner": INNER}
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="outer")
    return key


async def _did(house: House, key: IncidentKey, text: str, **args: str) -> None:
    task = await house.waiting_task(key, text)
    await house.do("unhcr-responder", "task.done", key, task=task.id, **args)


async def _ended(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    return await until(look, "the run ends")


async def test_a_playbook_runs_inside_another_and_its_values_come_back(house: House) -> None:
    key = await _started(house)
    await _did(house, key, "inside", answer="true")
    await _did(house, key, "Write down")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    settled = [entry for entry in entries if entry.kind == Kind.STEP_SETTLE]
    assert {entry.texts["name"]: entry.data["outcome"] for entry in settled} == {
        "Look inside": "success",
        "Look at the system": "success",
        "Write it down": "success",
        "Wait": "success",
    }


async def test_what_it_runs_is_fixed_when_it_starts(house: House) -> None:
    key = await _started(house)
    await house.waiting_task(key, "inside")
    house.playbooks["inner"] = INNER.replace(b"Write down what was found", b"Something else")
    await _did(house, key, "inside", answer="false")
    await _did(house, key, "Write down")
    await _did(house, key, "Be glad")
    assert await _ended(house, key) == "successful"


async def test_playbooks_that_run_one_another_in_a_circle_are_refused(house: House) -> None:
    house.playbooks |= {"outer": OUTER, "inner": CIRCLE}
    key = await house.declared()
    verdict = await house.refused("unhcr-duty", "playbook.run", key, playbook="outer")
    assert verdict.code == "playbook_circle"
    assert "Inner" in verdict.sentence


async def test_a_playbook_that_nobody_knows_is_a_task_for_the_commander(house: House) -> None:
    house.playbooks = {"outer": OUTER}
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="outer")
    task = await house.waiting_task(key, "Look inside")
    assert task.owner == "unhcr-duty"
    await house.do("unhcr-duty", "task.done", key, task=task.id)
    asked = await house.waiting_task(key, "Was anything found?")
    await house.do("unhcr-duty", "task.done", key, task=asked.id, answer="false")
    await _did(house, key, "Be glad")
    assert await _ended(house, key) == "successful"


async def test_a_lost_run_goes_on_inside_the_playbook_where_it_stood(house: House) -> None:
    key = await _started(house)
    await _did(house, key, "inside", answer="true")
    await house.waiting_task(key, "Write down")
    await house.handle(run_id(key, RunId("R-1"))).terminate("lost")
    before = [entry.id async for _at, entry in house.muster.record.entries(key)]
    await rebuild(house.muster.record, house.muster.judges, key)
    await _did(house, key, "Write down")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    assert [entry.id for entry in entries][: len(before)] == before
    tasks = [entry.data["origin"] for entry in entries if entry.kind == Kind.TASK_ADD]
    assert len(tasks) == len(set(tasks)) == 3, "nothing was asked a second time"
