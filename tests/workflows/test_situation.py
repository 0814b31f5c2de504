"""What changes around parts and questions reaches them: who left, who may know, and that it goes on again."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.command import Outcome
from playbooks.domain.consultation import Answer
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from workflows.consult.messages import AnswersReceived
from workflows.names import consult_id, part_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

WFP = OrganizationCode("WFP")


async def _asked(house: House, key: IncidentKey, *, seconds_left: float = 60, needed: int = 0) -> None:
    at = utc_now() - timedelta(minutes=1) + timedelta(seconds=seconds_left)
    said = {"purpose": "approval", "asked": ["WFP", "UNICC"], "deadline_minutes": 1, "needed": needed}
    await house.do("unhcr-duty", "ask", key, at=at, texts={"question": "Block the relay?"}, **said)


async def test_an_organization_that_left_decides_on_its_tasks_no_more(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("wfp-ciso", "leave", key)

    async def refused() -> str | None:
        added = house.command("wfp-duty", "task.add", key, organization="WFP", texts={"text": "Ours."})
        verdict = await house.gateway.submit(added)
        return verdict.code if verdict.outcome is Outcome.REFUSED else None

    assert await until(refused, "the part knows that WFP left") == "not_entitled"


async def test_its_part_ends_with_the_incident_all_the_same(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("wfp-ciso", "leave", key)
    await house.do("unhcr-duty", "close", key)
    await house.ended(part_id(key, WFP))


async def test_what_is_told_of_a_question_after_a_restriction_is_for_the_named(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, seconds_left=12)
    await house.runs(consult_id(key, ConsultationId("C-1")), "standing")
    await house.do("unhcr-duty", "restrict", key, named=["wfp-ciso"])
    refused = await house.refused("unicc-ciso", "answer", key, consultation="C-1", option="approve")
    assert refused.code == "not_found"
    await house.do("wfp-ciso", "answer", key, consultation="C-1", option="approve")
    await house.consultation_is(key, "C-1", "expired")
    entries = [each async for _at, each in house.muster.record.entries(key)]
    after = [each for each in entries if each.kind in (Kind.ANSWER_GIVE, Kind.QUESTION_CLOSE)]
    assert [each.audience for each in after] == [("person:unhcr-duty", "person:wfp-ciso")] * 2


async def test_a_stranger_does_not_learn_from_a_question_that_there_is_an_incident(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key)
    refused = await house.refused("oict-ciso", "answer", key, consultation="C-1", option="approve")
    assert refused.code == "not_found"
    assert refused.sentence == (await house.refused("oict-ciso", "note", key)).sentence


async def test_what_was_answered_in_time_counts_though_it_arrives_after_the_deadline(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, seconds_left=5, needed=1)
    question = (await house.case(key)).consultations[ConsultationId("C-1")].question
    in_time = Answer(
        organization=WFP,
        person="wfp-ciso",
        option="approve",
        at=question.deadline_at - timedelta(milliseconds=5),
        entry="e1",
    )

    async def over() -> bool:
        return utc_now() > question.deadline_at

    await until(over, "the deadline is over")
    handle = house.handle(consult_id(key, ConsultationId("C-1")))
    late = in_time.model_copy(update={"at": utc_now(), "entry": "e2", "option": "reject"})
    await handle.signal("answers_received", AnswersReceived(answers=(in_time, late)))
    await house.consultation_is(key, "C-1", "approved")
