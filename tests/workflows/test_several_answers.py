"""One task fills several variables: numbers and choices as values, prose from where it stands in the record."""

import pytest

from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from tests.workflows.test_words import is_read_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

MARK = "Wolkenkuckucksheim"
ASKS = b"""
playbook: Look and tell
types: [notification]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  clicked: {type: integer, description: How many people followed the link}
  reported: {type: bool, description: Did anybody report it?}
  sender: {type: string, description: Who seems to have sent it}
agents:
  lead organization: {organization: lead}
  WFP: {organization: WFP}
steps:
  - {step: Look, task: Look at the message., by: lead organization, answers: [clicked, reported, sender]}
  - step: Many?
    if: clicked > 2 AND reported = true
    then:
      - {step: Write back, task: 'Write back to __sender__:value, __clicked__:value clicked.', by: lead organization}
      - {step: Ask WFP, task: 'Did __sender__:value write to you too?', by: WFP}
"""


async def text_of_task(house: House, key: IncidentKey, step: str) -> str:
    async def look() -> str | None:
        entries = [each async for _at, each in house.muster.record.entries(key)]
        kinds = (Kind.TASK_ADD, Kind.TASK_REQUEST)
        found = (each.texts["text"] for each in entries if each.kind in kinds and each.texts["name"] == step)
        return next(found, None)

    return await until(look, f"a task of {step}")


async def test_one_task_fills_several_variables_and_its_prose_is_told_where_it_may_be(house: House) -> None:
    house.playbooks["look"] = ASKS
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "playbook.run", key, playbook="look")
    task = await house.waiting_task(key, "Look at the message.")
    assert [each.name for each in task.asks] == ["clicked", "reported", "sender"]
    assert "clicked: How many people followed the link" in await text_of_task(house, key, "Look")
    given = {"clicked": "3", "reported": "true", "sender": None}
    words = {"answer.sender": f"the bank of {MARK}"}
    await house.do("unhcr-duty", "task.done", key, task=task.id, given=given, texts=words)
    assert await text_of_task(house, key, "Write back") == f"Write back to the bank of {MARK}, 3 clicked."
    await house.do("unhcr-duty", "task.done", key, task=(await house.waiting_task(key, "Write back")).id)
    assert await text_of_task(house, key, "Ask WFP") == "Did (told in the record) write to you too?"
    task = await house.waiting_task(key, "write to you too?")
    await house.do("wfp-duty", "task.decline", key, task=task.id)
    decision = await house.waiting_task(key, "Ask WFP")
    await house.do("unhcr-duty", "task.done", key, task=decision.id, answer="skip")
    await house.ended(f"playbook/{key}/R-1")
    for id in (f"playbook/{key}/R-1", f"part/UNHCR/{key}"):
        assert not await is_read_in(house, await house.handle(id).fetch_history(), MARK)
