"""Benchmark (b): one step of a playbook beside bare activities of Temporal, one after another on the same server.

The step opens a ticket with a vendor that answers at once. It records its beginning and its end, passes the door
(intent and outcome recorded too) and asks the interpreter what follows. Beside it stand an activity that does nothing,
the limit; and one that is kept as durably as the step is and does nothing else: a row committed before it by a local
activity, one when it begins and one when it has ended, each of a thousand bytes.
"""

import asyncio
import json
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from pydantic import BaseModel, ConfigDict
from temporalio import activity, workflow
from temporalio.service import RPCError, RPCStatusCode
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.figure import Figure, compared
from benchmarks.ground import until
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from integrations.postgres.content import PostgresContent
from playbooks.cacao.course import KeptPlaybook
from playbooks.domain.actor import Actor
from playbooks.domain.command import Command
from playbooks.domain.ids import CommandId, IncidentKey, PersonId, RunId
from playbooks.domain.kinds import Kind
from workflows import names
from workflows.gateway import CommandGateway

STEPS = 20
ACTIVITIES = 50
ROUNDS = 3
AT_ONCE = 8
_TASK_QUEUE = "muster-benchmark"
_WITHIN = timedelta(seconds=60)
_TABLE = "CREATE TABLE IF NOT EXISTS benchmark_row (id bigserial PRIMARY KEY, body json)"
_ROW = "INSERT INTO benchmark_row (body) VALUES (%s)"
_A_ROW = json.dumps({"kind": "benchmark", "texts": "x" * 1000})
_Round = tuple[float, float, float]
"""A step, a bare activity, a bare activity with a step's commits."""
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


class Asked(BaseModel):
    """How many activities, and whether they commit."""

    model_config = ConfigDict(frozen=True)

    count: int
    commits: bool = False


class Rows:
    """The activities beside: what does nothing, and what commits as a step does."""

    def __init__(self, muster: Installation) -> None:
        self._pool = muster.pool

    @activity.defn
    async def nothing(self) -> None:
        """Do nothing."""

    @activity.defn
    async def commit(self) -> None:
        """Commit one row."""
        async with self._pool.connection() as connection:
            await connection.execute(_ROW, (_A_ROW,))

    @activity.defn
    async def commit_around(self) -> None:
        """Commit what is intended, do nothing, commit what came of it."""
        await self.commit()
        await self.nothing()
        await self.commit()


@workflow.defn
class Bare:
    """So many activities, one after another, that do nothing; or what a step has to keep, and nothing else of it."""

    @workflow.run
    async def run(self, asked: Asked) -> float:
        """Seconds for one, by the server's clock."""
        began = workflow.time()
        for _ in range(asked.count):
            if asked.commits:
                await workflow.execute_local_activity_method(Rows.commit, start_to_close_timeout=_WITHIN)
                await workflow.execute_activity_method(Rows.commit_around, start_to_close_timeout=_WITHIN)
            else:
                await workflow.execute_activity_method(Rows.nothing, start_to_close_timeout=_WITHIN)
        return (workflow.time() - began) / asked.count


async def measure(muster: Installation) -> list[Figure]:
    """Rounds of one run beside one workflow of each kind, in turn, and of several at once; a first one warms up."""
    gateway, key = _gateway(muster), await _incident(muster)
    rows = Rows(muster)
    async with muster.pool.connection() as connection:
        await connection.execute(_TABLE)
    worker = Worker(
        muster.client,
        task_queue=_TASK_QUEUE,
        workflows=[Bare],
        activities=[rows.nothing, rows.commit, rows.commit_around],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )
    bare, kept = Asked(count=ACTIVITIES), Asked(count=ACTIVITIES, commits=True)
    async with worker:
        alone = [
            (await _a_step(muster, gateway, key), await _bare(muster, bare), await _bare(muster, kept))
            for _ in range(1 + ROUNDS)
        ]
        at_once = [
            (
                await _a_second(STEPS, lambda: _a_step(muster, gateway, key)),
                await _a_second(ACTIVITIES, lambda: _bare(muster, bare)),
                await _a_second(ACTIVITIES, lambda: _bare(muster, kept)),
            )
            for _ in range(1 + ROUNDS)
        ]
    return [
        *_beside("a playbook's step, with an effect", "ms", [_in_ms(round) for round in alone[1:]]),
        *_beside(f"steps, {AT_ONCE} runs at once", "/s", at_once[1:]),
    ]


def _in_ms(spans: _Round) -> _Round:
    step, bare, kept = spans
    return step * 1000, bare * 1000, kept * 1000


def _beside(what: str, unit: str, rounds: Sequence[_Round]) -> list[Figure]:
    return [
        compared("step", what, unit, "a bare activity", [(step, bare) for step, bare, _kept in rounds]),
        compared(
            "step", what, unit, "the same, with its commits", [(step, kept) for step, _bare, kept in rounds]
        ),
    ]


async def _a_second(each: int, one: Callable[[], Awaitable[float]]) -> float:
    """How many a second when several go on at once, from the first's beginning to the last's end."""
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return AT_ONCE * each / (time.perf_counter() - began)


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
    run = RunId(verdict.args["run"])
    handle = muster.client.get_workflow_handle(names.run_id(key, run), result_type=str)

    async def ended() -> str | None:
        try:
            return str(await handle.result())
        except RPCError as error:  # the answer comes before the run has begun
            if error.status is not RPCStatusCode.NOT_FOUND:
                raise
            return None

    await until(ended)
    entries = [entry async for _, entry in muster.record.entries(key) if entry.data.get("run") == run]
    began = min(entry.at for entry in entries if entry.kind == Kind.STEP_START)
    settled = [entry for entry in entries if entry.kind == Kind.STEP_SETTLE]
    if [entry.data["outcome"] for entry in settled] != ["success"] * STEPS:
        raise RuntimeError("the steps of the benchmark did not succeed")
    return (max(entry.at for entry in settled) - began).total_seconds() / STEPS


async def _bare(muster: Installation, asked: Asked) -> float:
    return await muster.client.execute_workflow(
        Bare.run, asked, id=f"benchmark/{uuid.uuid4()}", task_queue=_TASK_QUEUE
    )


def _fresh_id() -> CommandId:
    return CommandId(f"benchmark:{uuid.uuid4()}")
