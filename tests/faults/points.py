"""Points of an incident at which something is killed: each is known by what stands in the record."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from bot.composition.installation import Installation
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.domain.kinds import Kind
from tests.faults.house import LOOK

Reached = Callable[[Sequence[Entry]], bool]


@dataclass(frozen=True)
class Point:
    """A named moment of the incident."""

    name: str
    reached: Reached


def after(kind: Kind, times: int = 1) -> Reached:
    """As soon as the record holds so many entries of a kind."""
    return lambda entries: sum(entry.kind == kind for entry in entries) >= times


def after_entries(count: int) -> Reached:
    """As soon as the record holds so many entries of the incident."""
    return lambda entries: len(entries) >= count


POINTS = (
    Point("alert accepted", lambda _entries: True),
    Point("declared", after(Kind.DECLARE)),
    Point("an effect under way", after(Kind.EFFECT_INTEND, 12)),
    Point("in the middle of the playbook", after(Kind.STEP_START, 6)),
    Point("a consultation is open", after(Kind.QUESTION_OPEN)),
    Point("an answer was given", after(Kind.ANSWER_GIVE)),
    Point("the run has ended", after(Kind.RUN_END)),
    Point("closed", after(Kind.CLOSE)),
)


@asynccontextmanager
async def struck(
    muster: Installation, points: Sequence[Point], strike: Callable[[Point], Awaitable[None]]
) -> AsyncIterator[None]:
    """Strike at each point in turn, beside the block, which ends where a strike fails; it has then seen every one."""
    async with asyncio.TaskGroup() as beside:
        watching = beside.create_task(_watch(muster, points, strike))
        yield
        await asyncio.wait_for(watching, 60)


async def _watch(
    muster: Installation, points: Sequence[Point], strike: Callable[[Point], Awaitable[None]]
) -> None:
    for point in points:
        await _reached(muster, point)
        await strike(point)


async def _reached(muster: Installation, point: Point) -> None:
    while True:
        with suppress(Unavailable):
            opened = await muster.ledger.incidents()
            entries = [e async for _p, e in muster.record.entries(opened[0].key)] if opened else []
            if point.reached(entries):
                return
        await asyncio.sleep(LOOK)
