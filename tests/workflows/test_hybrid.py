"""The hybrid network on the real parts: both sign, each side has its work, and it outlasts the incident."""

import pytest

from playbooks.domain.document import plain
from playbooks.domain.ids import IncidentKey, OrganizationCode, TaskId
from playbooks.domain.task import Task
from tests.workflows.house import House, until
from workflows.names import part_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

UN = OrganizationCode("UN")


async def _agreed(house: House) -> IncidentKey:
    key = await house.declared()
    answers = {"means": "digital", "deliberate": "yes", "danger": "both"}
    await house.do("unhcr-duty", "hybrid.activate", key, texts={"basis": "Doors were opened."}, **answers)
    await house.do("oict-duty", "join", key)
    await house.runs(part_id(key, UN))
    assessed = {"base": 0, "station": "NBO", "risk": "high"}
    await house.do("oict-duty", "hybrid.assess", key, texts={"text": "Two gates can be opened."}, **assessed)
    await house.do("dss-duty", "hybrid.recommend", key, texts={"text": "Guards."}, measure="mitigating")
    await house.do("oict-duty", "hybrid.recommend", key, texts={"text": "New keys."}, measure="preventive")
    await house.do("dss-duty", "hybrid.sign", key, version=3)
    await house.do("oict-duty", "hybrid.sign", key, version=3)
    return key


async def _told(house: House, key: IncidentKey) -> list[str]:
    """Who of the sister networks was written to, and what."""

    async def look() -> list[str] | None:
        effects = (await house.case(key)).effects.values()
        mails = [each for each in effects if each.action == "mail.send"]
        return [each.state for each in mails] if mails and all(m.state == "done" for m in mails) else None

    return await until(look, "the network of security managers is written to")


async def test_what_both_signed_is_work_of_each_side_and_outlasts_the_incident(house: House) -> None:
    key = await _agreed(house)
    assert await _told(house, key) == ["done"]
    tasks: dict[str, Task] = {}
    for words, office in (("Two gates", "DSS"), ("Guards.", "DSS"), ("New keys.", "OICT")):
        tasks[words] = await house.waiting_task(key, words)
        assert (tasks[words].office, tasks[words].status) == (office, "open")
    guards, keys = tasks["Guards."].id, tasks["New keys."].id
    for who, task in (("oict-duty", guards), ("dss-duty", keys), ("un-legal", keys)):
        refused = await house.refused(who, "task.done", key, task=task)
        assert refused.source in ("002 §15-16", "002 §16")
    await house.do("oict-duty", "task.done", key, task=keys)
    await house.do("oict-duty", "hybrid.deactivate", key)
    await house.do("dss-duty", "hybrid.deactivate", key)
    await house.do("unhcr-duty", "close", key)
    await house.ended(f"incident/{key}")
    await _outlasts(house, key, guards)


async def _outlasts(house: House, key: IncidentKey, task: TaskId) -> None:
    """The part goes on for what is owed, is there again when Temporal loses it, and ends with the last of it."""
    await house.handle(part_id(key, UN)).terminate("lost")
    await house.do("dss-duty", "task.decline", key, task=task, texts={"reason": "The gate is bricked up."})
    assert (await house.task(key, task, "declined")).office == "DSS"
    seen = plain((await house.say("dss-duty", f"/incident {key} hybrid")).document)
    assert f"{task}: declined. “Guards.” “The gate is bricked up.”" in seen
    (assessment,) = [each for each in (await house.case(key)).open_tasks if each.outlasts]
    assert assessment.hand_to == ("designated_official", "security_management_team", "security_adviser")
    await house.do("dss-duty", "task.done", key, task=assessment.id)
    await house.ended(part_id(key, UN))
