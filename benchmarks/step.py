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

import psycopg
from pydantic import BaseModel, ConfigDict
from temporalio import activity, workflow
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from benchmarks.figure import Figure, compared
from benchmarks.runs import Runs, tickets
from bot.composition.installation import Installation

STEPS = 20
ACTIVITIES = 50
ROUNDS = 3
AT_ONCE = 8
_TASK_QUEUE = "muster-benchmark"
_WITHIN = timedelta(seconds=60)
_TABLE = "CREATE TABLE IF NOT EXISTS benchmark_row (id bigint GENERATED ALWAYS AS IDENTITY, body json)"
_ROW = "INSERT INTO benchmark_row (body) VALUES (%s)"
_A_ROW = json.dumps({"kind": "benchmark", "texts": "x" * 1000})
_Round = tuple[float, float, float]
"""A step, a bare activity, a bare activity with a step's commits."""


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
    runs = await Runs.of(muster, tickets(STEPS), STEPS)
    rows = Rows(muster)
    async with await psycopg.AsyncConnection.connect(muster.settings.database_url, autocommit=True) as login:
        await login.execute(_TABLE)
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
            (await runs.span(await runs.run()), await _bare(muster, bare), await _bare(muster, kept))
            for _ in range(1 + ROUNDS)
        ]
        at_once = [
            (
                await _a_second(STEPS, runs.run),
                await _a_second(ACTIVITIES, lambda: _bare(muster, bare)),
                await _a_second(ACTIVITIES, lambda: _bare(muster, kept)),
            )
            for _ in range(1 + ROUNDS)
        ]
        await runs.check()
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


async def _a_second(each: int, one: Callable[[], Awaitable[object]]) -> float:
    """How many a second when several go on at once, from the first's beginning to the last's end."""
    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return AT_ONCE * each / (time.perf_counter() - began)


async def _bare(muster: Installation, asked: Asked) -> float:
    return await muster.client.execute_workflow(
        Bare.run, asked, id=f"benchmark/{uuid.uuid4()}", task_queue=_TASK_QUEUE
    )
