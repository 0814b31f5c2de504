"""What may do harm waits for those who must agree; what nobody connected is a person's, to the letter."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.actor import ActorKind
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.casts import naming
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

HEAD = b"""
playbook: Machines
description: Has machines do what may do harm.
types: [mitigation]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
variables:
  host: {type: string, value: asset 7}
agents:
  lead organization: {organization: lead}
"""
STEPS = b"""
steps:
  - step: Ask the console
    http-api: GET /v1/hosts/__host__:value HTTP/1.1
    by: lead organization
    function: cyber
  - step: Isolate the host
    http-api: POST /v1/hosts/__host__:value/isolate HTTP/1.1
    by: lead organization
    function: cyber
  - step: Remove the host
    http-api: DELETE /v1/hosts/__host__:value HTTP/1.1
    by: lead organization
    function: cyber
"""


async def _run(house: House, content: bytes) -> IncidentKey:
    house.playbooks["machines"] = content
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="machines")
    return key


async def _asked(house: House, key: IncidentKey, id: str) -> None:
    await house.consultation_is(key, id, "open")
    await house.runs(f"consult/{key}/{id}", "standing")


async def _answered(house: House, key: IncidentKey, id: str, who: str, *, fresh: bool = False) -> None:
    proven = utc_now() - timedelta(seconds=1) if fresh else None
    await house.do(who, "answer", key, consultation=id, option="approve", proven_at=proven)


async def _done(house: House, key: IncidentKey, text: str) -> None:
    task = await house.waiting_task(key, text)
    await house.do("unhcr-responder", "task.done", key, task=task.id)


async def _outcome(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    return await until(look, "the run ends")


async def test_the_more_harm_an_act_may_do_the_more_must_agree(house: House) -> None:
    key = await _run(house, HEAD + STEPS)
    await _done(house, key, "GET /v1/hosts/asset%207 HTTP/1.1")
    assert not (await house.case(key)).consultations, "a question to a machine asks nobody"

    await _asked(house, key, "C-1")
    assert (
        await house.refused("unhcr-duty", "answer", key, consultation="C-1", option="approve")
    ).code == "own_request"
    await _answered(house, key, "C-1", "unhcr-ciso")
    await _done(house, key, "POST /v1/hosts/asset%207/isolate HTTP/1.1")

    await _asked(house, key, "C-2")
    refused = await house.refused("unhcr-ciso", "answer", key, consultation="C-2", option="approve")
    assert refused.code == "passkey_needed"
    await _answered(house, key, "C-2", "unhcr-ciso", fresh=True)
    await _answered(house, key, "C-2", "unhcr-ciso", fresh=True)
    await house.do("unhcr-duty", "transfer", key, **naming("unhcr-responder"))
    assert not await _tasks(house, key, "DELETE"), "one person twice is one person"
    await _answered(house, key, "C-2", "unhcr-responder", fresh=True)
    await _done(house, key, "DELETE /v1/hosts/asset%207 HTTP/1.1")
    assert await _outcome(house, key) == "successful"


async def _tasks(house: House, key: IncidentKey, text: str) -> list[str]:
    entries = [entry async for _position, entry in house.muster.record.entries(key)]
    return [
        entry.id for entry in entries if entry.kind == Kind.TASK_ADD and text in entry.texts.get("text", "")
    ]


ISOLATE = HEAD + STEPS[: STEPS.index(b"  - step: Ask")] + STEPS[STEPS.index(b"  - step: Isolate") :]


async def _withdrawn(house: House, key: IncidentKey, id: str) -> None:
    """Nobody is asked any more: not in the record, not by a workflow that goes on reminding."""
    await house.consultation_is(key, id, "withdrawn")
    await house.ended(f"consult/{key}/{id}")
    entries = [entry async for _position, entry in house.muster.record.entries(key)]
    closed = [e for e in entries if e.kind == Kind.QUESTION_CLOSE and e.data["consultation"] == id]
    assert [each.actor.kind for each in closed] == [ActorKind.PLAYBOOK]


async def test_a_run_is_aborted_while_it_waits_for_somebody_to_agree_that_it_begins(house: House) -> None:
    key = await _run(house, ISOLATE.replace(b"types:", b"impact: 80\ntypes:"))
    await _asked(house, key, "C-1")
    await house.do("unhcr-duty", "playbook.abort", key, run="R-1", texts={"reason": "Wrong one."})
    await _withdrawn(house, key, "C-1")
    assert await _outcome(house, key) == "aborted"
    assert not (await house.case(key)).tasks


async def test_a_step_that_is_skipped_or_aborted_asks_nobody_to_agree_any_more(house: House) -> None:
    key = await _run(house, ISOLATE)
    await _asked(house, key, "C-1")
    await house.do("unhcr-duty", "playbook.skip", key, run="R-1", step="1", texts={"reason": "It is off."})
    await _withdrawn(house, key, "C-1")
    await _asked(house, key, "C-2")
    await house.do("unhcr-duty", "playbook.abort", key, run="R-1", texts={"reason": "All are off."})
    await _withdrawn(house, key, "C-2")
    assert await _outcome(house, key) == "aborted"
    assert not (await house.case(key)).tasks


async def test_a_playbook_of_high_impact_does_nothing_before_somebody_agrees(house: House) -> None:
    key = await _run(house, HEAD.replace(b"types:", b"impact: 80\ntypes:") + STEPS)
    await _asked(house, key, "C-1")
    assert not (await house.case(key)).tasks
    await house.do("unhcr-ciso", "answer", key, consultation="C-1", option="reject")
    assert await _outcome(house, key) == "failed"
    assert not (await house.case(key)).tasks


async def test_one_refusal_ends_a_step_at_once_and_asks_the_others_no_more(house: House) -> None:
    everybodys = ISOLATE[: ISOLATE.index(b"  - step: Remove")].replace(
        b"lead organization: {organization: lead}", b"lead organization: {organization: each}"
    )
    house.playbooks["machines"] = everybodys
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "playbook.run", key, playbook="machines")
    await _asked(house, key, "C-1")
    await _asked(house, key, "C-2")
    asked = (await house.case(key)).consultations
    own = next(id for id, each in asked.items() if each.question.asked == ("WFP",))
    await house.do("wfp-ciso", "answer", key, consultation=own, option="reject")
    await _withdrawn(house, key, "C-2" if own == "C-1" else "C-1")
    decision = await house.waiting_task(key, "Isolate the host")
    assert decision.answers == ("retry", "skip", "failure")
    assert len(await _tasks(house, key, "")) == 1, "nothing is isolated where one organization refused"
    await house.do("unhcr-responder", "task.done", key, task=decision.id, answer="failure")
    assert await _outcome(house, key) == "failed"
