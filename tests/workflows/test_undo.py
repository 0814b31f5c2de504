"""A run that failed or was aborted is taken back: in reverse, in words, and with a page when it could not be."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from workflows.names import run_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

STEPS = b"""
playbook: Taken back
description: Two steps that say how they are undone, one that cannot be, and one that fails.
types: [mitigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  lead organization: {organization: lead}
steps:
  - step: Cut off
    task: Cut the segment off.
    by: lead organization
    function: cyber
    undo: {task: Connect the segment again.}
  - step: Close the door
    task: Close the door.
    by: lead organization
    function: physical_security
    undo: {task: Open the door again.}
  - step: Wipe
    http-api: DELETE /v1/hosts/7 HTTP/1.1
    by: lead organization
    function: cyber
  - step: Tell
    task: Tell everybody.
    by: lead organization
    function: communication
"""


async def _did(house: House, key: IncidentKey, text: str, verb: str = "task.done") -> None:
    task = await house.waiting_task(key, text)
    await house.do("unhcr-responder", verb, key, task=task.id)


async def _wiped(house: House, key: IncidentKey) -> None:
    await _did(house, key, "Cut the segment off")
    await _did(house, key, "Close the door")
    await house.consultation_is(key, "C-1", "open")
    await house.runs(f"consult/{key}/C-1", "standing")
    for who in ("unhcr-ciso", "unhcr-responder"):
        proven = utc_now() - timedelta(seconds=1)
        await house.do(who, "answer", key, consultation="C-1", option="approve", proven_at=proven)
    await _did(house, key, "DELETE /v1/hosts/7 HTTP/1.1")
    await house.waiting_task(key, "Tell everybody")


async def _aborted(house: House) -> IncidentKey:
    house.playbooks["taken-back"] = STEPS
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="taken-back")
    await house.do("unhcr-duty", "transfer", key, **_naming("unhcr-responder"))
    await _wiped(house, key)
    await house.do("unhcr-responder", "playbook.abort", key, run="R-1")
    return key


def _naming(person: str) -> dict[str, str | None]:
    return {"person": person, "person_organization": "UNHCR", "person_office": None}


async def _outcome(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    outcome = await until(look, "the run ends")
    await house.ended(run_id(key, RunId("R-1")))
    return outcome


async def _told(house: House, key: IncidentKey, kind: Kind) -> list[str]:
    entries = [each async for _at, each in house.muster.record.entries(key)]
    return [each.texts.get("name", "") for each in entries if each.kind == kind]


async def test_a_run_that_is_aborted_is_taken_back_the_latest_first(house: House) -> None:
    key = await _aborted(house)
    await _did(house, key, "Open the door again")
    await _did(house, key, "Connect the segment again")
    assert await _outcome(house, key) == "aborted"
    assert await _told(house, key, Kind.UNDO_START) == ["Close the door", "Cut off"]
    assert await _told(house, key, Kind.STEP_REMAIN) == ["Wipe"]
    assert await _told(house, key, Kind.UNDO_STUCK) == []


async def test_what_could_not_be_taken_back_is_a_page_and_the_rest_is_taken_back_all_the_same(
    house: House,
) -> None:
    key = await _aborted(house)
    await _did(house, key, "Open the door again", "task.decline")
    await _did(house, key, "Connect the segment again")
    assert await _outcome(house, key) == "stuck"
    assert await _told(house, key, Kind.UNDO_STUCK) == ["Close the door"]
    stuck = [each async for _at, each in house.muster.record.entries(key) if each.kind == Kind.UNDO_STUCK]
    pages = [
        each
        for each in house.muster.world.effects()
        if each.method == "trigger" and stuck[0].id in each.effect_id
    ]
    assert len(pages) == 1
    assert (await house.case(key)).state.runs == {"R-1": "stuck"}
