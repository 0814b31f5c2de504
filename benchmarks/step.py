"""Benchmark (b): one step of a playbook against one bare activity of Temporal, one after another on the same server.

The step opens a ticket with a vendor that answers at once. It records its beginning and its end, passes the door
(intent and outcome recorded too) and asks the interpreter what follows.
"""

import uuid
from datetime import timedelta

from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.figure import Figure, compared
from benchmarks.ground import until
from bot.commands.desk import Speaker
from bot.composition import Installation, utc_now
from integrations.postgres.content import PostgresContent
from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, IncidentKey, PersonId
from playbooks.domain.kinds import Kind
from workflows.gateway import CommandGateway

STEPS = 20
ACTIVITIES = 50
ROUNDS = 3
_TASK_QUEUE = "muster-benchmark"
_PERSON = PersonId("unhcr-ciso")
_STEP = """
  - step: Open ticket {number}
    ticket: {{summary: Ticket {number}}}
    by: lead organization
    function: coordination
"""
_PLAYBOOK = """
playbook: Benchmark
description: Tickets, one after another.
types: [notification]
created: 2026-11-22T08:00:00.000Z
agents:
  lead organization: {organization: lead}
steps:"""


@activity.defn
async def nothing() -> None:
    """Do nothing."""


@workflow.defn
class Activities:
    """So many bare activities, one after another."""

    @workflow.run
    async def run(self, count: int) -> float:
        """Seconds for one, by the server's clock."""
        began = workflow.time()
        for _ in range(count):
            await workflow.execute_activity(nothing, start_to_close_timeout=timedelta(seconds=10))
        return (workflow.time() - began) / count


async def measure(muster: Installation) -> list[Figure]:
    """Rounds of both, in turn; a first one warms up."""
    gateway, key = _gateway(muster), await _incident(muster)
    worker = Worker(
        muster.client,
        task_queue=_TASK_QUEUE,
        workflows=[Activities],
        activities=[nothing],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    async with worker:
        rounds = [
            (await _a_step(muster, gateway, key), await _an_activity(muster)) for _ in range(1 + ROUNDS)
        ]
    pairs = [(step * 1000, bare * 1000) for step, bare in rounds[1:]]
    return [compared("step", "a playbook's step, with an effect", "ms", "a bare activity", pairs)]


def _gateway(muster: Installation) -> CommandGateway:
    """The installation's own, for which any name means the playbook of this benchmark."""
    content = PostgresContent(muster.pool)
    steps = "".join(_STEP.format(number=number) for number in range(1, STEPS + 1))

    async def put(_name: str) -> KeptPlaybook:
        return KeptPlaybook(await content.put((_PLAYBOOK + steps).encode()), {})

    return CommandGateway(
        muster.ledger,
        muster.record,
        muster.inbox,
        muster.judges,
        put,
        muster.cases.case,
        muster.groups,
        utc_now,
    )


async def _incident(muster: Installation) -> IncidentKey:
    speaker = Speaker(person=muster.directory.person(_PERSON), command_id=_fresh_id(), received_at=utc_now())
    reply = await muster.desk.hear("/incident declare A benchmark severity=low", speaker)
    if reply.verdict is None or reply.verdict.incident is None:
        raise RuntimeError(f"the incident was not declared: {reply.document}")
    return reply.verdict.incident


async def _a_step(muster: Installation, gateway: CommandGateway, key: IncidentKey) -> float:
    """Seconds for one step, from the beginning of the first to the end of the last."""
    verdict = await gateway.submit(
        Command(
            id=_fresh_id(),
            verb="playbook.run",
            actor=Actor.of(muster.directory.person(_PERSON)),
            incident=key,
            args={"playbook": "benchmark"},
            received_at=utc_now(),
        )
    )
    run = verdict.args["run"]

    async def ended() -> list[Entry] | None:
        own = [entry async for _, entry in muster.record.entries(key) if entry.data.get("run") == run]
        return own if any(entry.kind == Kind.RUN_END for entry in own) else None

    entries = await until(ended, pause_s=0.3)
    began = min(entry.at for entry in entries if entry.kind == Kind.STEP_START)
    settled = [entry for entry in entries if entry.kind == Kind.STEP_SETTLE]
    if [entry.data["outcome"] for entry in settled] != ["success"] * STEPS:
        raise RuntimeError("the steps of the benchmark did not succeed")
    return (max(entry.at for entry in settled) - began).total_seconds() / STEPS


async def _an_activity(muster: Installation) -> float:
    return await muster.client.execute_workflow(
        Activities.run, ACTIVITIES, id=f"benchmark/{uuid.uuid4()}", task_queue=_TASK_QUEUE
    )


def _fresh_id() -> CommandId:
    return CommandId(f"benchmark:{uuid.uuid4()}")
