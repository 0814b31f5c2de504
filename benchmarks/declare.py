"""Benchmark (a): from an accepted `declare` to everything ready, where each call to a vendor takes 200 ms.

Ready means that room, page and ticket are there and everybody was told. Compared with the longest chain of calls (what
nobody could be faster than) and with the sum of all calls (what doing them one after another would take).
"""

import uuid
from collections import Counter
from datetime import datetime, timedelta
from typing import NamedTuple

from benchmarks.figure import Figure, alone, compared
from benchmarks.ground import until
from bot.commands.desk import Speaker
from bot.composition.installation import Installation, utc_now
from integrations.postgres.database import connected
from integrations.simulated.faults import FaultKind, Rule
from playbooks.actions.follow_ups import follow_ups
from playbooks.domain.ids import CommandId, EntryId, IncidentKey, PersonId

CALL = timedelta(milliseconds=200)
ROUNDS = 5
_DECLARER = PersonId("unhcr-ciso")
_CONCLUDED = "SELECT max(concluded_at) FROM effect WHERE incident = %s HAVING count(concluded_at) = %s"


class Declared(NamedTuple):
    """One declaration, in seconds."""

    key: IncidentKey
    answered: float
    ready: float
    chain: float
    total: float


async def measure(muster: Installation) -> list[Figure]:
    """Declare once to warm up, then a few times, one after another."""
    muster.world.switch_on(Rule(fault=FaultKind.SLOW, span=CALL))
    try:
        rounds = [await declared(muster) for _ in range(1 + ROUNDS)][1:]
    finally:
        muster.world.switch_off()
    chains = [(each.ready * 1000, each.chain * 1000) for each in rounds]
    totals = [(each.ready * 1000, each.total * 1000) for each in rounds]
    return [
        alone("declare", "answered", "ms", [each.answered * 1000 for each in rounds]),
        compared("declare", "everything ready", "ms", "the longest chain of calls", chains),
        compared("declare", "everything ready", "ms", "the sum of all calls", totals),
    ]


async def declared(muster: Installation) -> Declared:
    """Declare an incident, and wait until all that follows from it was done."""
    speaker = Speaker(
        person=muster.directory.person(_DECLARER),
        command_id=CommandId(f"benchmark:{uuid.uuid4()}"),
        received_at=utc_now(),
    )
    reply = await muster.desk.hear("/incident declare Files are being encrypted severity=critical", speaker)
    answered_at = utc_now()
    if reply.verdict is None or reply.verdict.incident is None:
        raise RuntimeError(f"the incident was not declared: {reply.document}")
    key = reply.verdict.incident
    ready_at = await _ready_at(muster, key, await _expected(muster, key, reply.verdict.entries))
    calls = Counter(each.connection for each in muster.world.effects() if f"/{key}/" in each.effect_id)
    return Declared(
        key=key,
        answered=(answered_at - speaker.received_at).total_seconds(),
        ready=(ready_at - speaker.received_at).total_seconds(),
        chain=max(calls.values()) * CALL.total_seconds(),
        total=calls.total() * CALL.total_seconds(),
    )


async def _expected(muster: Installation, key: IncidentKey, entries: tuple[str, ...]) -> int:
    """How many effects follow from these entries."""
    state = (await muster.cases.case(key)).state
    decided = await muster.record.entries_by_id([EntryId(id) for id in entries])
    return sum(len(follow_ups(entry, state)) for entry in decided)


async def _ready_at(muster: Installation, key: IncidentKey, expected: int) -> datetime:
    async def ready() -> datetime | None:
        async with connected(muster.pool) as connection:
            row = await (await connection.execute(_CONCLUDED, (key, expected))).fetchone()
        return None if row is None else row[0]

    return await until(ready)
