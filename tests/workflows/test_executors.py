"""Code runs at an organization's own executor, once its people agree; what none is there for stays a person's."""

import pytest

from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

CODE = b"""
playbook: Runs code
types: [mitigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  host: {type: string, value: "srv-1; Remove-Item C:"}
  isolated: {type: bool}
agents:
  lead organization: {organization: lead}
steps:
  - step: Cut it off
    powershell: Disable-Host '__host__:value'
    by: lead organization
    answers: [isolated]
  - step: Is it off?
    if: isolated = true
    then:
      - {step: Look, bash: 'ping __host__:value', by: lead organization}
"""


async def test_an_executor_runs_what_it_is_for_and_a_person_the_rest(house: House) -> None:
    house.machine.answers["/execute"] = {"isolated": True}
    house.playbooks["code"] = CODE
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="code")
    await house.consultation_is(key, "C-1", "open")
    await house.runs(f"consult/{key}/C-1", "standing")
    assert not [each for each in house.machine.done if each.path == "/v1/execute"], "nobody agreed yet"
    await house.do("unhcr-ciso", "answer", key, consultation="C-1", option="approve")
    task = await house.waiting_task(key, "ping 'srv-1; Remove-Item C:'")
    (call,) = (each for each in house.machine.done if each.path == "/v1/execute")
    assert call.body["type"] == "powershell"
    assert call.body["command"] == "Disable-Host '__host__:value'"
    assert call.body["variables"] == {"__host__": "srv-1; Remove-Item C:"}
    assert call.body["effect_id"].startswith(f"unhcr/executor/{key}/code.execute/")
    await house.do("unhcr-responder", "task.done", key, task=task.id)

    async def ended() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    assert await until(ended, "the run ends") == "successful"
    concluded = [
        each.data["action"]
        async for _at, each in house.muster.record.entries(key)
        if each.kind == Kind.EFFECT_CONCLUDE and each.data["action"].startswith("code.")
    ]
    assert concluded == ["code.execute"]
