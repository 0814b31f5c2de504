"""What a run is given along: its steps say it, a value travels, prose stays in the record."""

import pytest

from tests.workflows.house import House
from tests.workflows.test_several_answers import MARK, text_of_task
from tests.workflows.test_words import is_read_in
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")

TAKES = b"""
playbook: Look and tell
types: [notification]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  address: {type: ipv4-addr, description: Where it was seen, external: true}
  system: {type: string, description: The system, value: the reported system, external: true}
agents:
  lead organization: {organization: lead}
steps:
  - step: Inside?
    if: address ISSUBSET '10.0.0.0/8'
    then:
      - {step: Look, task: 'Look at __system__:value, __address__:value.', by: lead organization}
"""


async def test_what_a_run_is_given_decides_its_conditions_and_stands_in_its_tasks(house: House) -> None:
    house.playbooks["look"] = TAKES
    key = await house.declared()
    given, words = {"address": "10.1.2.3", "system": None}, {"answer.system": f"the mail of {MARK}"}
    await house.do("unhcr-duty", "playbook.run", key, playbook="look", given=given, texts=words)
    assert await text_of_task(house, key, "Look") == f"Look at the mail of {MARK}, 10.1.2.3."
    task = await house.waiting_task(key, "Look at the mail")
    await house.do("unhcr-duty", "task.done", key, task=task.id)
    await house.ended(f"playbook/{key}/R-1")
    for id in (f"playbook/{key}/R-1", f"incident/{key}"):
        assert not await is_read_in(house, await house.handle(id).fetch_history(), MARK)


async def test_what_a_playbook_does_not_take_is_refused_before_anything_begins(house: House) -> None:
    house.playbooks["look"] = TAKES
    key = await house.declared()
    for given in ({"address": "there"}, {"sender": "x"}):
        refused = await house.refused("unhcr-duty", "playbook.run", key, playbook="look", given=given)
        assert "takes: address (ipv4-addr), system" in refused.sentence
    assert not (await house.case(key)).runs


async def test_a_run_that_temporal_lost_begins_again_with_what_it_was_given(house: House) -> None:
    house.playbooks["look"] = TAKES
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="look", given={"address": "10.1.2.3"})
    task = await house.waiting_task(key, "Look at the reported system, 10.1.2.3.")
    run = f"playbook/{key}/R-1"
    await house.handle(run).terminate("lost")
    await rebuild(house.muster.record, house.muster.judges, key)
    await house.do("unhcr-duty", "task.done", key, task=task.id)
    await house.ended(run)
    assert (await house.case(key)).runs["R-1"].outcome == "successful"
