"""Steering a run: paused, resumed, a step skipped or tried again, aborted; judged by the run, which knows its steps."""

import asyncio
from collections.abc import Callable

import pytest

from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey, RunId
from playbooks.domain.kinds import Kind
from playbooks.domain.task import TaskStatus
from tests.workflows.house import House, until
from tests.workflows.test_playbook import SMALL
from workflows.names import run_id
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _started(house: House) -> IncidentKey:
    house.playbooks["small"] = SMALL
    key = await house.declared(joined=("WFP",))
    await house.do("unhcr-duty", "playbook.run", key, playbook="small")
    await house.waiting_task(key, "files")
    return key


async def _did(house: House, key: IncidentKey, text: str, **args: str) -> None:
    task = await house.waiting_task(key, text)
    await house.do("unhcr-responder", "task.done", key, task=task.id, **args)


async def _ended(house: House, key: IncidentKey) -> str:
    async def look() -> str | None:
        found = (await house.live(key)).runs.get("R-1", "running")
        return None if found == "running" else found

    outcome = await until(look, "the run ends")
    await house.ended(run_id(key, RunId("R-1")))
    return outcome


async def _named(house: House, key: IncidentKey, kind: Kind) -> dict[str, str]:
    """How the steps with an entry of this kind came out, by their names, which people alone are told."""
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    return {e.texts["name"]: e.data.get("outcome", "") for e in entries if e.kind == kind}


async def _step_ended(house: House, key: IncidentKey, name: str) -> str:
    async def look() -> str | None:
        return (await _named(house, key, Kind.STEP_SETTLE)).get(name)

    return await until(look, f"{name} has ended")


async def test_while_it_is_paused_nothing_new_begins_and_what_is_at_work_goes_on(house: House) -> None:
    key = await _started(house)
    await house.do("unhcr-duty", "playbook.pause", key, run="R-1")
    assert (await house.refused("unhcr-duty", "playbook.pause", key, run="R-1")).code == "run_paused"
    await _did(house, key, "files", answer="false")
    await _did(house, key, "mail")
    assert await _step_ended(house, key, "Look at mail") == "success"
    assert "Be glad" not in await _named(house, key, Kind.STEP_START)
    await house.do("unhcr-duty", "playbook.resume", key, run="R-1")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"


async def test_a_step_that_is_skipped_is_told_with_its_reason_and_its_task_is_no_longer_wanted(
    house: House,
) -> None:
    key = await _started(house)
    task = await house.waiting_task(key, "mail")
    await house.do("unhcr-duty", "playbook.skip", key, run="R-1", step="1b1", texts={"reason": "No mail."})
    await house.task(key, task.id, TaskStatus.WITHDRAWN)
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    (skipped,) = (entry for entry in entries if entry.kind == Kind.STEP_SKIP)
    assert skipped.texts == {"reason": "No mail."}
    assert skipped.actor.id == "unhcr-duty"
    await _did(house, key, "files", answer="false")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"


async def test_a_step_that_failed_is_tried_again_by_command(house: House) -> None:
    key = await _started(house)
    task = await house.waiting_task(key, "mail")
    await house.do("unhcr-responder", "task.decline", key, task=task.id)
    assert await _step_ended(house, key, "Look at mail") == "failure"
    refused = await house.refused("unhcr-duty", "playbook.retry", key, run="R-1", step="1a1")
    assert refused.code == "nothing_to_retry"
    await house.do("unhcr-duty", "playbook.retry", key, run="R-1", step="1b1")
    await _did(house, key, "files", answer="false")

    async def asked_again() -> bool:
        return [bool(each.answers) for each in (await house.case(key)).open_tasks] == [False]

    await until(asked_again, "the step is tried again, and nobody is asked to decide any more")
    await _did(house, key, "mail")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"


async def test_a_retry_while_the_question_what_to_do_is_still_on_its_way_costs_the_run_nothing(
    house: House,
) -> None:
    async def tried_again_at_once() -> str:
        key = await _started(house)
        task = await house.waiting_task(key, "mail")
        await house.do("unhcr-responder", "task.decline", key, task=task.id)
        assert await _step_ended(house, key, "Look at mail") == "failure"
        await house.do("unhcr-duty", "playbook.retry", key, run="R-1", step="1b1")
        await _did(house, key, "files", answer="false")
        again = await house.other_task(key, "mail", than=task)
        await house.do("unhcr-responder", "task.done", key, task=again.id)
        await _did(house, key, "Tell everybody")
        return await _ended(house, key)

    assert await asyncio.gather(*(tried_again_at_once() for _ in range(6))) == ["successful"] * 6


async def test_an_aborted_run_ends_and_wants_nothing_any_more(house: House) -> None:
    key = await _started(house)
    tasks = [await house.waiting_task(key, text) for text in ("files", "mail")]
    await house.do("unhcr-duty", "playbook.abort", key, run="R-1", texts={"reason": "Wrong playbook."})
    assert await _ended(house, key) == "aborted"
    for task in tasks:
        await house.task(key, task.id, TaskStatus.WITHDRAWN)
    steps = (await house.case(key)).runs["R-1"].steps.values()
    assert {step.outcome for step in steps} == {"withdrawn"}
    assert (await house.refused("unhcr-duty", "playbook.pause", key, run="R-1")).code == "run_ended"
    assert (await house.refused("unhcr-duty", "playbook.pause", key, run="R-7")).code == "not_found"
    await house.do("unhcr-duty", "close", key)


async def test_who_may_not_steer_is_refused(house: House) -> None:
    key = await _started(house)
    refused = await house.refused("wfp-duty", "playbook.abort", key, run="R-1", texts={"reason": "No."})
    assert refused.code == "not_entitled"
    refused = await house.refused(
        "unhcr-duty", "playbook.skip", key, run="R-1", step="9z", texts={"reason": "No."}
    )
    assert refused.code == "no_such_step"
    refused = await house.refused(
        "unhcr-duty", "playbook.skip", key, run="R-1", step="2", texts={"reason": "No."}
    )
    assert refused.code == "step_not_in_flight"


async def test_a_pause_and_a_skip_outlive_the_loss_of_the_run(house: House) -> None:
    key = await _started(house)
    await house.do("unhcr-duty", "playbook.skip", key, run="R-1", step="1b1", texts={"reason": "No mail."})
    await house.do("unhcr-duty", "playbook.pause", key, run="R-1")
    await house.handle(run_id(key, RunId("R-1"))).terminate("lost")
    await rebuild(house.muster.record, house.muster.judges, key)
    assert (await house.refused("unhcr-duty", "playbook.pause", key, run="R-1")).code == "run_paused"
    await _did(house, key, "files", answer="false")
    await house.do("unhcr-duty", "playbook.resume", key, run="R-1")
    await _did(house, key, "Tell everybody")
    assert await _ended(house, key) == "successful"


LONG = (
    b"playbook: Long\ndescription: Tickets.\ntypes: [notification]\ncreated: 2026-11-22T08:00:00.000Z\n"
    b"agents:\n  lead organization: {organization: lead}\nsteps:\n"
    b"  - step: Side by side\n    parallel:\n"
    + b"".join(
        b"      Stream %d:\n" % stream
        + b"".join(
            b"        - {step: Ticket %d.%d, ticket: {summary: T}, by: lead organization, function: cyber}\n"
            % (stream, number)
            for number in range(15)
        )
        for stream in range(4)
    )
)


async def test_a_run_that_goes_on_in_new_runs_loses_no_step_and_doubles_none(
    house: House, new_runs_after: Callable[[int], None]
) -> None:
    new_runs_after(60)
    house.playbooks["long"] = LONG
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="long")
    id = run_id(key, RunId("R-1"))
    await house.runs(id, "course")
    first = str((await house.handle(id).describe()).run_id)

    async def steer(verb: str) -> None:
        for _attempt in range(100):
            try:
                await house.gateway.submit(house.command("unhcr-duty", verb, key, run="R-1"))
            except Unavailable:
                await asyncio.sleep(0.05)
            else:
                return

    for _ in range(3):
        await steer("playbook.pause")
        await steer("playbook.resume")
    assert await _ended(house, key) == "successful"
    assert str((await house.handle(id).describe()).run_id) != first, "there were new runs"
    run = (await house.case(key)).runs["R-1"]
    assert [step.outcome for step in run.steps.values()] == ["success"] * 60
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    tickets = [
        e.subject for e in entries if e.kind == Kind.EFFECT_CONCLUDE and "ticket.create/R-1" in e.subject
    ]
    assert len(tickets) == len(set(tickets)) == 60
