"""A step asks for a shared service: the lead agrees, the provider does its task, and the step waits for that."""

import pytest

from playbooks.domain.ids import ConsultationId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.asking import asking
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def asked(house: House, *joined: str, code: str = "incident-response") -> IncidentKey:
    house.playbooks["asks"] = asking(code)
    key = await house.declared(joined=joined)
    await house.do("unhcr-duty", "playbook.run", key, playbook="asks")
    return key


async def agreed(house: House, key: IncidentKey, answer: str = "approve") -> None:
    async def opened() -> bool:
        return ConsultationId("C-1") in (await house.case(key)).consultations

    await until(opened, "the lead is asked")
    await house.do("unhcr-ciso", "answer", key, consultation="C-1", option=answer)


async def steps_end(house: House, key: IncidentKey, outcome: str) -> None:
    async def ended() -> bool:
        return [step.outcome for step in (await house.case(key)).runs["R-1"].steps.values()] == [outcome]

    await until(ended, f"the step is {outcome}")


@pytest.mark.parametrize(("verb", "outcome"), [("task.done", "success"), ("task.decline", "failure")])
async def test_a_step_waits_until_the_provider_did_its_part_or_declined_it(
    house: House, verb: str, outcome: str
) -> None:
    key = await asked(house, "UNICC")
    await agreed(house, key)
    task = await house.task(key, "UNICC-1", "requested")
    [entry] = await house.muster.record.entries_by_id([task.entry])  # type: ignore[list-item]  # an entry's id is a str
    assert entry.texts["text"] == "Forensics of two mail servers."
    state = (await house.case(key)).state
    assert (task.requested_by, state.services["S-1"].organization) == ("UNHCR", "UNHCR")
    assert state.runs["R-1"] == "running"
    if verb == "task.done":
        await house.do("unicc-duty", "task.accept", key, task=task.id)
    await house.do("unicc-duty", verb, key, task=task.id)
    await steps_end(house, key, outcome)
    await house.do(
        "unicc-duty", "cost.log", key, hours="6", rate="95", currency="USD", request="S-1", is_provider=True
    )
    assert (await house.case(key)).state.costs["K-1"].service == "S-1"


async def test_a_step_fails_where_the_lead_rejects_the_provider_is_away_or_there_is_no_such_service(
    house: House,
) -> None:
    rejected = await asked(house, "UNICC")
    await agreed(house, rejected, "reject")
    await steps_end(house, rejected, "failure")
    await steps_end(house, await asked(house, "WFP"), "failure")
    await steps_end(house, await asked(house, "UNICC", code="no-such-service"), "failure")
    assert not (await house.case(rejected)).state.services


async def test_a_run_that_is_aborted_takes_back_the_question_and_the_task(house: House) -> None:
    early = await asked(house, "UNICC")
    late = await asked(house, "UNICC")
    await agreed(house, late)
    await house.task(late, "UNICC-1", "requested")

    async def opened() -> bool:
        return ConsultationId("C-1") in (await house.case(early)).consultations

    await until(opened, "the lead is asked")
    await house.do("unhcr-ciso", "playbook.abort", early, run="R-1")
    await house.do("unhcr-ciso", "playbook.abort", late, run="R-1")
    await house.consultation_is(early, "C-1", "withdrawn")
    await house.task(late, "UNICC-1", "withdrawn")
    kinds = [each.kind async for _at, each in house.muster.record.entries(early)]
    assert Kind.SERVICE_REQUEST not in kinds
    await house.agrees(late)
