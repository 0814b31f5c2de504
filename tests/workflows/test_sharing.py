"""What an organization keeps to its part reaches others when it agrees: by command and by a playbook."""

import pytest

from playbooks.domain.ids import ConsultationId, EntryId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from tests.casts import reader
from tests.workflows.house import House, until
from tests.workflows.test_adding import number_of

pytestmark = pytest.mark.asyncio(loop_scope="session")

GIVES = b"""
playbook: Give what was found
types: [notification]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  marks: {type: string, description: Its marks}
agents:
  WFP: {organization: WFP}
  each organization: {organization: each}
steps:
  - {step: Look, task: Which address does it call?, by: WFP, answers: marks}
  - step: Give
    share: {what: 'It calls __marks__:value.', marking: 'TLP:GREEN'}
    by: each organization
"""


async def shared(house: House, key: IncidentKey) -> EntryId:
    async def look() -> EntryId | None:
        entries = [each async for _at, each in house.muster.record.entries(key)]
        return next((each.id for each in entries if each.kind == Kind.MATERIAL_SHARE), None)

    return await until(look, "something is shared")


async def read_by(house: House, who: str, key: IncidentKey) -> str:
    case = await house.muster.cases.case(key)
    told = await house.muster.views.story(reader(who, case), key)
    return "\n".join(str(text) for each in told for text in (each.slots.get("texts") or {}).values())


async def test_what_is_wfp_s_own_reaches_unicc_when_wfp_agrees_and_not_before(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    added = await house.do(
        "wfp-duty", "task.add", key, organization="WFP", function="cyber", texts={"text": "Block 192.0.2.7"}
    )
    number = await number_of(house, key, added.entries[0])
    await house.do(
        "unhcr-ciso", "share", key, number=number, to=["UNICC"], texts={"words": "For you to look."}
    )
    assert "192.0.2.7" not in await read_by(house, "unicc-duty", key)
    await house.do("wfp-ciso", "answer", key, consultation="C-1", option="approve")
    [entry] = await house.muster.record.entries_by_id([await shared(house, key)])
    assert entry.texts == {"words": "For you to look.", "shared": "Block 192.0.2.7"}
    assert entry.actor.id == "unhcr-ciso"
    assert "192.0.2.7" in await read_by(house, "unicc-duty", key)
    await house.agrees(key)


async def test_what_its_source_does_not_agree_to_stays(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    added = await house.do(
        "wfp-duty", "task.add", key, organization="WFP", function="cyber", texts={"text": "Block 192.0.2.7"}
    )
    number = await number_of(house, key, added.entries[0])
    await house.do("unhcr-ciso", "share", key, number=number, to=["UNICC"])
    await house.do("wfp-ciso", "answer", key, consultation="C-1", option="reject")
    await house.consultation_is(key, "C-1", "rejected")
    assert "192.0.2.7" not in await read_by(house, "unicc-duty", key)
    kinds = [each.kind async for _at, each in house.muster.record.entries(key)]
    assert Kind.MATERIAL_SHARE not in kinds


@pytest.mark.parametrize(("answer", "outcome"), [("approve", "successful"), ("reject", "failed")])
async def test_a_playbook_gives_what_its_steps_found_when_who_found_it_agrees(
    house: House, answer: str, outcome: str
) -> None:
    house.playbooks["gives"] = GIVES
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "playbook.run", key, playbook="gives")
    task = await house.waiting_task(key, "Which address")
    await house.do("wfp-duty", "task.accept", key, task=task.id)
    words = {"note": "Its sleeper calls evil.example every night."}
    await house.do("wfp-duty", "task.done", key, task=task.id, answer="evil.example", texts=words)

    async def asked() -> bool:
        return ConsultationId("C-1") in (await house.case(key)).consultations

    await until(asked, "WFP is asked")
    question = (await house.case(key)).consultations[ConsultationId("C-1")].question
    assert list(question.asked) == ["WFP"]
    await house.do("wfp-ciso", "answer", key, consultation="C-1", option=answer)
    if answer == "approve":
        [entry] = await house.muster.record.entries_by_id([await shared(house, key)])
        assert entry.marking is Marking.GREEN
        assert entry.texts["text"] == "It calls evil.example."
        assert entry.texts["shared"] == "Its sleeper calls evil.example every night."

    async def settled() -> bool:
        steps = (await house.case(key)).runs["R-1"].steps.values()
        wanted = "success" if outcome == "successful" else "failure"
        return [step.outcome for step in steps] == ["success", wanted]

    await until(settled, f"the step is {outcome}")
