"""A part worked by a service provider: it gets what is open with its words, and nothing once it is taken back."""

import pytest

from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from tests.casts import reader
from tests.workflows.house import House, until
from workflows.rebuild import account_of, part_input

pytestmark = pytest.mark.asyncio(loop_scope="session")

WORDS = "Search the proxy logs for 203.0.113.7."


async def words_read_by(house: House, who: str, key: IncidentKey) -> str:
    told = await house.muster.views.story(reader(who, await house.case(key)), key)
    return "\n".join(str(text) for each in told for text in (each.slots.get("texts") or {}).values())


async def shown(house: House, key: IncidentKey) -> int:
    entries = [entry.kind async for _position, entry in house.muster.record.entries(key)]
    return entries.count(Kind.TASK_SHOW)


async def test_unicc_gets_what_is_open_with_its_words_works_it_and_loses_it_again(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await house.do("unhcr-duty", "task.add", key, organization="WFP", texts={"text": WORDS})
    await house.do("wfp-ciso", "mandate.give", key, to="UNICC", is_provider=True)
    assert WORDS not in await words_read_by(house, "unicc-duty", key)
    assert (await house.refused("unicc-duty", "task.accept", key, task="WFP-1")).code == "own_part_only"
    await house.do("unicc-duty", "mandate.accept", key, organization="WFP")

    async def told() -> bool:
        return await shown(house, key) == 1

    await until(told, "what is open is shown")
    assert WORDS in await words_read_by(house, "unicc-duty", key)
    await house.do("unicc-duty", "task.accept", key, task="WFP-1")
    begins = part_input(await account_of(house.muster.record, key), OrganizationCode("WFP"))
    assert begins.part.tasks["WFP-1"].shown_under == "M-1"  # type: ignore[index]  # a task's id is a str
    await house.do("wfp-duty", "mandate.withdraw", key)
    assert (await house.refused("unicc-duty", "task.done", key, task="WFP-1")).code == "own_part_only"
    await house.do("wfp-duty", "task.add", key, organization="WFP", texts={"text": "Kept to ourselves."})
    assert "Kept to ourselves." not in await words_read_by(house, "unicc-duty", key)
    await house.do("wfp-duty", "task.done", key, task="WFP-1")
    assert await shown(house, key) == 1
    await house.agrees(key)


async def test_what_unicc_answers_for_another_is_that_ones_answer_where_it_is_counted(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await house.do("wfp-ciso", "mandate.give", key, to="UNICC", is_provider=True)
    await house.do("unicc-duty", "mandate.accept", key, organization="WFP")
    await house.do(
        "unhcr-duty", "ask", key, purpose="status_call", asked=["WFP", "UNICC"], deadline_minutes=60
    )
    await house.do("unicc-duty", "answer", key, consultation="C-1", option="affected", organization="WFP")
    await house.do("unicc-duty", "answer", key, consultation="C-1", option="not_affected")

    async def ended() -> bool:
        return (await house.case(key)).consultations[ConsultationId("C-1")].outcome == "answered"

    await until(ended, "both have answered")
    found = (await house.case(key)).consultations[ConsultationId("C-1")]
    assert found.tally.counts == {"affected": 1, "not_affected": 1, "unknown": 0}
    await house.do("wfp-ciso", "answer", key, consultation="C-1", option="not_affected")
    late = (await house.case(key)).consultations[ConsultationId("C-1")].answers[-1]
    assert late.late
    await house.agrees(key)
