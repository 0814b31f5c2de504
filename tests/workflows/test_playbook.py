"""A playbook's run from start to end: side by side, by condition, and with the commander asked when a step fails."""

import pytest

from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.kinds import Kind
from playbooks.domain.task import TaskStatus
from tests.workflows.house import House, until
from workflows.names import run_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

SMALL = b"""
playbook: Small
description: Two looks side by side, a condition, and a step that may fail.
types: [investigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]

variables:
  found: {type: bool, description: Was anything found?}

agents:
  lead organization: {organization: lead}
  other organizations: {organization: others}

steps:
  - step: Look on both sides
    parallel:
      Files:
        - step: Look at files
          task: Look at the files.
          by: lead organization
          answers: found
          function: cyber
      Mail:
        - step: Look at mail
          task: Look at the mail.
          by: lead organization
          function: cyber

  - step: Was anything found?
    if: found = true
    then:
      - step: Ask the others
        task: Look at your side.
        by: other organizations
        function: cyber
    else:
      - step: Be glad
        task: Tell everybody.
        by: lead organization
        function: cyber
"""


async def _started(house: House) -> IncidentKey:
    house.playbooks["small"] = SMALL
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "playbook.run", key, playbook="small")
    return key


async def _did(house: House, key: IncidentKey, text: str, **args: str) -> None:
    task = await house.waiting_task(key, text)
    who = f"{task.organization.casefold()}-responder"
    if task.status is TaskStatus.REQUESTED:
        await house.do(who, "task.accept", key, task=task.id)
    await house.do(who, "task.done", key, task=task.id, **args)


async def _outcome(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    outcome = await until(look, "the run ends")
    assert (await house.case(key)).state.runs == {"R-1": outcome}
    await house.ended(run_id(key, RunId("R-1")))
    return outcome


async def _steps(house: House, key: IncidentKey) -> list[str]:
    entries = [each async for _at, each in house.muster.record.entries(key)]
    return [each.texts["name"] for each in entries if each.kind == Kind.STEP_START]


async def test_branches_go_side_by_side_and_the_condition_decides(house: House) -> None:
    key = await _started(house)
    await house.waiting_task(key, "files")
    await _did(house, key, "mail")
    await _did(house, key, "files", answer="true")
    await _did(house, key, "your side")
    assert await _outcome(house, key) == "successful"
    steps = await _steps(house, key)
    assert sorted(steps[:2]) == ["Look at files", "Look at mail"]
    assert steps[2:] == ["Ask the others"]


async def test_the_other_side_of_the_condition_is_gone_when_it_is_not_so(house: House) -> None:
    key = await _started(house)
    await _did(house, key, "files", answer="false")
    await _did(house, key, "mail")
    await _did(house, key, "Tell everybody")
    assert await _outcome(house, key) == "successful"
    assert (await _steps(house, key))[2:] == ["Be glad"]


@pytest.mark.parametrize(
    ("choice", "outcome"), [("retry", "successful"), ("skip", "successful"), ("failure", "failed")]
)
async def test_the_commander_is_asked_when_a_step_fails(house: House, choice: str, outcome: str) -> None:
    key = await _started(house)
    await _did(house, key, "files", answer="true")
    await _did(house, key, "mail")
    asked = await house.waiting_task(key, "your side")
    await house.do("wfp-duty", "task.decline", key, task=asked.id)
    await _decided(house, key, choice)
    if choice == "retry":
        await _did(house, key, "your side")
    assert await _outcome(house, key) == outcome


async def _decided(house: House, key: IncidentKey, choice: str) -> None:
    async def asked() -> str | None:
        tasks = (await house.case(key)).open_tasks
        return next((task.id for task in tasks if "retry" in task.answers), None)

    task = await until(asked, "the commander is asked")
    owner = (await house.case(key)).tasks[task].owner  # type: ignore[index]  # a task's id is a str
    assert owner == "unhcr-duty"
    assert (await house.refused("unhcr-duty", "task.done", key, task=task, answer="hope")).code
    await house.do("unhcr-duty", "task.done", key, task=task, answer=choice)


async def test_an_incident_is_not_closed_while_a_run_goes_on(house: House) -> None:
    key = await _started(house)
    await house.waiting_task(key, "files")
    assert (await house.refused("unhcr-duty", "close", key)).code == "run_going_on"


async def test_a_playbook_that_is_not_there_is_refused(house: House) -> None:
    key = await house.declared()
    assert (
        await house.refused("unhcr-duty", "playbook.run", key, playbook="nowhere")
    ).code == "no_such_playbook"


async def test_a_playbook_that_cannot_be_read_ends_its_run_as_failed(house: House) -> None:
    house.playbooks["broken"] = b"playbook: [what"
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="broken")
    assert await _outcome(house, key) == "failed"
