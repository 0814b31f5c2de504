"""Decided and recorded, and then forgotten, since the worker or Temporal was lost before the history was kept."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.entry import in_milliseconds
from playbooks.domain.ids import ConsultationId, IncidentKey, OrganizationCode, RunId
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.incident import judge_incident
from playbooks.domain.judging.part import judge_part
from playbooks.domain.kinds import Kind
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from playbooks.ports.record import Decision
from tests.workflows.house import House, until
from workflows.names import consult_id, incident_id, part_id, run_id
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")

PLAYBOOK = b"""
playbook: Look and ask
created: 2026-11-22T08:00:00.000Z
steps:
  - step: Open a ticket
    ticket: {summary: Look, details: Look}
    by: lead
  - step: Look at the machine
    task: Look at the machine.
    by: lead
  - step: Ask whether it may be cut off
    consult: {purpose: approval, question: May we?, within: 30 minutes, needed: 1}
    by: lead
  - step: Cut it off
    task: Cut it off.
    by: lead
agents:
  lead: {organization: lead}
"""


async def _forgotten_task(house: House, key: IncidentKey) -> Command:
    """A task stands in the record and its command has its verdict; the part knows of neither."""
    command = house.command("unhcr-duty", "task.add", key, organization="UNHCR", texts={"text": "Look."})
    await house.muster.ledger.enter(command)
    situation = Situation(incident=(await house.case(key)).state)
    part = PartState(organization=OrganizationCode("UNHCR"), lead=situation.incident.lead)
    entries = judge_part(part, situation, command, in_milliseconds(utc_now()))
    verdict = Verdict(
        outcome=Outcome.DONE,
        code="task.add.done",
        incident=key,
        args={**command.args, **entries[0].data},
        entries=tuple(entry.id for entry in entries),
    )
    decision = Decision(number=1, cause=command.id, entries=entries, verdict=verdict)
    assert (
        await house.muster.record.decide(part_id(key, part.organization), decision, settles=command.id) == ()
    )
    return command


async def _tasks(house: House, key: IncidentKey) -> list[str]:
    return list((await house.handle(part_id(key, house.lead)).query("state"))["tasks"])


async def test_it_is_learned_before_anything_is_decided_on_top_of_it(house: House) -> None:
    key = await house.declared()
    await house.runs(part_id(key, house.lead))
    await _forgotten_task(house, key)
    assert await _tasks(house, key) == []
    await house.do("unhcr-duty", "task.done", key, task="UNHCR-1")
    await house.do("unhcr-duty", "task.add", key, organization="UNHCR", texts={"text": "And there."})
    assert await _tasks(house, key) == list((await house.case(key)).tasks) == ["UNHCR-1", "UNHCR-2"]


async def test_a_repeat_of_its_command_is_carried_to_the_one_who_forgot(house: House) -> None:
    key = await house.declared()
    command = await _forgotten_task(house, key)
    verdict = await house.gateway.submit(command)
    assert verdict == await house.muster.ledger.verdict(command.id)
    assert await _tasks(house, key) == ["UNHCR-1"]


async def test_where_nobody_repeats_it_the_sweep_does(house: House) -> None:
    key = await house.declared()
    await _forgotten_task(house, key)
    await house.gateway.sweep(timedelta(0))
    assert await _tasks(house, key) == ["UNHCR-1"]


async def test_a_declaration_that_only_the_record_knows_is_carried_out(house: House) -> None:
    command = house.command("unhcr-duty", "declare", None, severity="high", texts={"title": "A suspicion"})
    await house.muster.ledger.enter(command)
    key = await house.muster.ledger.allocate(command.id, OrganizationCode("UNHCR"), command.received_at.year)
    entries = judge_incident(IncidentState(key=key), command, in_milliseconds(utc_now()))
    ids = tuple(entry.id for entry in entries)
    verdict = Verdict(outcome=Outcome.DONE, code="declare.done", incident=key, entries=ids)
    decision = Decision(number=1, cause=command.id, entries=entries, verdict=verdict)
    await house.muster.record.decide(incident_id(key), decision, settles=command.id)

    assert await house.gateway.submit(command) == verdict
    await house.runs(part_id(key, house.lead))

    async def told() -> bool:
        effects = (await house.case(key)).effects.values()
        actions = {effect.action for effect in effects if effect.state == "done"}
        return {"room.open", "page.trigger", "ticket.create", "message.post"} <= actions

    await until(told, "the world is told")


async def test_a_run_that_temporal_lost_walks_again_over_what_stands_in_the_record(house: House) -> None:
    house.playbooks["look"] = PLAYBOOK
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="look")
    task = await house.waiting_task(key, "Look at the machine.")
    await house.do("unhcr-responder", "task.done", key, task=task.id)
    question = consult_id(key, ConsultationId(await until(lambda: _question(house, key), "it asks")))
    await house.runs(question, "standing")

    await house.lose(key)
    for id in (run_id(key, RunId("R-1")), question):
        await house.handle(id).terminate("lost")
    built = await rebuild(house.muster.record, house.muster.judges, key)
    assert built.same
    assert {run_id(key, RunId("R-1")), incident_id(key)} < set(built.started)

    await house.do("unhcr-ciso", "answer", key, consultation=await _question(house, key), option="approve")
    task = await house.waiting_task(key, "Cut it off.")
    await house.do("unhcr-responder", "task.done", key, task=task.id)
    await house.ended(run_id(key, RunId("R-1")))
    case = await house.case(key)
    assert [step.outcome for step in case.runs["R-1"].steps.values()] == ["success"] * 4
    entries = [entry async for _position, entry in house.muster.record.entries(key)]
    assert sum(entry.kind == Kind.STEP_START for entry in entries) == 4
    assert list(case.tasks) == ["UNHCR-1", "UNHCR-2"]
    assert len(case.consultations) == 1
    tickets = [effect for effect in case.effects.values() if effect.action == "ticket.create"]
    happened = [effect.effect_id for effect in house.muster.world.effects()]
    assert [happened.count(effect.id) for effect in tickets] == [1, 1]


async def _question(house: House, key: IncidentKey) -> str:
    return next(iter((await house.case(key)).consultations), "")
