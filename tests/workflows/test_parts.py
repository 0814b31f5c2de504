"""Work between organizations: asked, never ordered (document 004, §7)."""

import pytest

from playbooks.domain.ids import IncidentKey
from tests.casts import naming
from tests.workflows.house import House
from workflows.rebuild import account_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Search the proxy logs for 203.0.113.7."


async def _words_of(house: House, key: IncidentKey, task: str) -> dict[str, str]:
    entry = (await house.case(key)).tasks[task].entry  # type: ignore[index]  # a task's id is a str
    (found,) = await house.muster.record.entries_by_id([entry])  # type: ignore[list-item]  # as is an entry's
    return dict(found.texts)


async def test_what_is_asked_of_another_organization_waits_until_it_accepts(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.task(key, "WFP-1", "requested")
    assert (await house.refused("unhcr-duty", "task.accept", key, task="WFP-1")).code == "own_part_only"
    await house.do("wfp-duty", "task.accept", key, task="WFP-1")
    assert (await house.task(key, "WFP-1", "open")).owner == "wfp-duty"
    await house.do("wfp-duty", "task.done", key, task="WFP-1")
    await house.task(key, "WFP-1", "done")


async def test_what_is_asked_may_be_declined(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.do("wfp-duty", "task.decline", key, task="WFP-1", texts={"reason": "Nobody on duty."})
    await house.task(key, "WFP-1", "declined")
    assert (await house.refused("wfp-duty", "task.done", key, task="WFP-1")).code == "task_settled"


async def test_a_task_that_is_handed_over_goes_with_its_words(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "task.add", key, organization="UNHCR", texts={"text": WORDS})
    await house.do("unhcr-duty", "task.assign", key, task="UNHCR-1", **naming("wfp-responder"))
    asked = await house.task(key, "WFP-1", "requested")
    assert (asked.owner, asked.origin) == ("wfp-responder", "UNHCR-1")
    assert await _words_of(house, key, "WFP-1") == {"text": WORDS}
    await house.task(key, "UNHCR-1", "handed_over")
    await house.do("wfp-responder", "task.accept", key, task="WFP-1")
    await house.do("wfp-responder", "task.done", key, task="WFP-1")
    await house.task(key, "WFP-1", "done")


async def test_an_organization_that_does_not_take_part_is_not_given_work(house: House) -> None:
    key = await house.declared()
    refused = await house.refused("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    assert refused.code == "not_a_party"
    assert (await house.refused("wfp-duty", "task.add", key, organization="WFP")).code == "not_found"


async def test_a_closed_incident_that_is_reopened_goes_on_with_its_parts(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.do("unhcr-duty", "close", key, texts={"reason": "All is well."})
    for id in (f"incident/{key}", f"part/UNHCR/{key}", f"part/WFP/{key}"):
        await house.ended(id)
    assert (await house.refused("wfp-duty", "task.accept", key, task="WFP-1")).code == "incident_closed"
    await house.do("unhcr-duty", "note", key, texts={"note": "Late, and still taken."})
    await house.do("unhcr-duty", "reopen", key, texts={"reason": "It is back."})
    await house.do("wfp-duty", "task.accept", key, task="WFP-1")
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.task(key, "WFP-2", "requested")
    await house.agrees(key)


async def test_a_part_is_not_led_astray_by_what_was_told_of_the_end_when_it_comes_after_the_reopening(
    house: House,
) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "close", key, texts={"reason": "All is well."})
    closed = (await account_of(house.muster.record, key)).situation
    await house.do("unhcr-duty", "reopen", key, texts={"reason": "It is back."})
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.handle(f"part/WFP/{key}").signal("situation_changed", closed)
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
