"""What an open incident costs while nothing happens in it: disk, memory, processor, and the rounds that look at all.

The incidents are as if they had been declared an hour ago: the same entries, the same things at the simulated vendors,
and the workflow of each and of its lead's part started from the record, as after a loss of Temporal.
"""

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta
from typing import Final

from benchmarks.figure import Figure, alone
from benchmarks.ground import at_rest, until
from benchmarks.machine import processor_s, shared_mib
from benchmarks.standing import Decided, stand
from bot.composition.installation import Installation, utc_now
from bot.composition.worker import rounds, watchdog
from integrations.postgres.database import connected
from playbooks.domain.actor import Actor
from playbooks.domain.entry import Entry, in_milliseconds
from playbooks.domain.fold import fold
from playbooks.domain.ids import IncidentKey, OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from workflows.names import incident_id, part_id
from workflows.rebuild import Account, incident_input, part_input

_REST_S: Final = 15
_LOOK_S: Final = 5
_QUIET: Final = 0.15
"""Of a processor: an installation that rests takes less."""
_REST_WITHIN_S: Final = 1_200
_TOGETHER: Final = 100
_LEAD: Final = OrganizationCode("UNHCR")
_HOUR: Final = timedelta(hours=1)


async def measure(muster: Installation, count: int) -> list[Figure]:
    """An installation with nothing to do, and the same with so many open incidents."""
    keys = [IncidentKey(f"INC-2025-{number:06}") for number in range(1, count + 1)]
    empty = await _standing(muster)
    started = await _started(muster, keys)
    await _nothing_stirs(muster)
    full = await _standing(muster)
    looked = await _timed(watchdog(muster).step())
    compared = rounds(muster)
    first, again = await _timed(compared.step()), await _timed(compared.step())
    many = f"{count:,} open incidents"
    return [
        alone("circle", f"{many}: started from the record", "/s", [count / started]),
        *(
            alone("circle", f"{many}, at rest: {what}, for each", "KiB", [(full[what] - empty[what]) / count])
            for what in empty
            if what != _PROCESSOR
        ),
        alone("circle", "no incident: processor of all processes, in a second", "ms", [empty[_PROCESSOR]]),
        alone("circle", f"{many}, at rest: the same", "ms", [full[_PROCESSOR]]),
        alone("circle", f"{many}: the watchdog looks at the chat systems", "ms", [looked * 1000]),
        alone("circle", f"{many}: the reconciler's first round", "s", [first]),
        alone("circle", f"{many}: its next", "s", [again]),
    ]


_PROCESSOR: Final = "processor"


async def _nothing_stirs(muster: Installation) -> None:
    """Wait until workflows that were started have taken their first steps too: by the processor's leave."""

    async def quiet() -> bool | None:
        began = processor_s(muster.settings.data)
        await asyncio.sleep(_LOOK_S)
        return processor_s(muster.settings.data) - began < _QUIET * _LOOK_S or None

    await at_rest(muster)
    await until(quiet, patience_s=_REST_WITHIN_S)


async def _standing(muster: Installation) -> dict[str, float]:
    """KiB on disk and in memory, and milliseconds of processor time in a second of rest."""
    data = muster.settings.data
    began = processor_s(data)
    await asyncio.sleep(_REST_S)
    spent = (processor_s(data) - began) / _REST_S
    async with connected(muster.pool) as connection:
        row = await (await connection.execute("SELECT pg_database_size(current_database())")).fetchone()
    temporal = sum(path.stat().st_size for path in data.glob("temporal.db*"))
    return {
        "PostgreSQL on disk": (int(row[0]) if row else 0) / 1024,
        "Temporal on disk": temporal / 1024,
        **{f"memory of {name}": held * 1024 for name, held in shared_mib(data).items()},
        _PROCESSOR: spent * 1000,
    }


async def _started(muster: Installation, keys: list[IncidentKey]) -> float:
    """Seconds until all of them were started, and at work."""
    author = Actor.of(muster.directory.person(PersonId("unhcr-duty")))
    said = {"lead": _LEAD, "severity": "high", "class": "malicious-code", "marking": "TLP:AMBER"}
    held = {"role": "incident_commander", "person": author.id, "organization": _LEAD}
    decided: tuple[Decided, ...] = (
        (Kind.DECLARE, "incident", {**said, "restricted": False}),
        (Kind.ROLE_ASSIGN, "incident", held),
    )
    began = time.monotonic()
    for first in range(0, len(keys), _TOGETHER):
        together = dict.fromkeys(keys[first : first + _TOGETHER], decided)
        stories = await stand(muster, author, in_milliseconds(utc_now() - _HOUR), together)
        await asyncio.gather(*(_running(muster, key, entries) for key, entries in stories.items()))
        await _at_work(muster, *stories)
    return time.monotonic() - began


async def _at_work(muster: Installation, *keys: IncidentKey) -> None:
    """Until the last of them took their first steps.

    With more before it than it keeps at hand, a worker begins each anew for every step.
    """
    for id in (incident_id(keys[-1]), part_id(keys[-1], _LEAD)):
        await muster.client.get_workflow_handle(id).query("state")


async def _running(muster: Installation, key: IncidentKey, entries: list[Entry]) -> None:
    account = Account(fold(key, entries), tuple(entry.without_words() for entry in entries), {})
    await muster.judges.ensure_part(key, _LEAD, part_input(account, _LEAD))
    await muster.judges.ensure_incident(key, incident_input(account))


async def _timed(step: Awaitable[int]) -> float:
    began = time.perf_counter()
    await step
    return time.perf_counter() - began
