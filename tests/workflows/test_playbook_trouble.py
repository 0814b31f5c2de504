"""A playbook that asks for what cannot be had: the step fails, somebody is asked, and nothing hangs."""

import pytest

from playbooks.domain.ids import IncidentKey
from tests.casts import naming
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = b"""
playbook: Trouble
description: Asks for what cannot be had.
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  lead organization: {organization: lead}
  world food programme: {organization: WFP}
  safety officer: {role: safety_officer}
steps:
"""

STRANGER = (
    HEAD
    + b"""
  - step: Ask one who takes no part
    task: Look at your side.
    by: world food programme
    function: cyber
"""
)

SAFETY = (
    HEAD
    + b"""
  - step: Ask the safety officer for cyber work
    task: Look at the files.
    by: safety officer
    function: cyber
"""
)


async def _asked_of_commander(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        tasks = (await house.case(key)).open_tasks
        return next((task.id for task in tasks if "retry" in task.answers), None)

    return await until(look, "the commander is asked")


async def _ended(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        outcome = (await house.live(key)).runs["R-1"]
        return None if outcome == "running" else outcome

    return await until(look, "the run ends")


async def test_a_step_for_an_organization_that_takes_no_part_fails_alone(house: House) -> None:
    house.playbooks["stranger"] = STRANGER
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="stranger")
    task = await _asked_of_commander(house, key)
    await house.do("unhcr-duty", "invite", key, organizations=["WFP"])
    await house.do("wfp-duty", "join", key)
    await house.do("unhcr-duty", "task.done", key, task=task, answer="retry")
    asked = await house.waiting_task(key, "your side")
    await house.do("wfp-duty", "task.accept", key, task=asked.id)
    await house.do("wfp-duty", "task.done", key, task=asked.id)
    assert await _ended(house, key) == "successful"


async def test_a_playbook_gives_no_cyber_work_to_dss_whatever_role_it_holds(house: House) -> None:
    house.playbooks["safety"] = SAFETY
    key = (await house.do("oict-duty", "declare", None, severity="high")).incident
    assert key is not None
    await house.do("oict-duty", "role", key, role="safety_officer", **naming("dss-duty"))
    await house.do("oict-duty", "playbook.run", key, playbook="safety")
    await _asked_of_commander(house, key)
    owners = {task.owner for task in (await house.case(key)).tasks.values() if not task.answers}
    assert "dss-duty" not in owners
