"""Benchmark: a playbook of ten thousand steps, each with an effect, run to its end in a real installation.

They stand in ten streams side by side, of a thousand each. Only when named. Nothing skips time: every step begins,
passes the door, ends, and stands in the record. The first thousand are told beside the last, since what grew with the
steps done would make those slower.
"""

import time
from collections.abc import Sequence
from datetime import datetime

from benchmarks.figure import Figure, alone
from benchmarks.machine import memory_mib
from benchmarks.runs import Runs, tickets
from bot.composition.installation import Installation
from playbooks.domain.kinds import Kind

STEPS = 10_000
STREAMS = 10
_PART = STEPS // 10
_PATIENCE_S = 3600.0
_MIB = 2**20


async def measure(muster: Installation) -> list[Figure]:
    """One run, to its end; each step is looked for in the record afterwards."""
    runs = await Runs.of(muster, tickets(STEPS, STREAMS), STEPS)
    held, worked, began = memory_mib("VmRSS"), time.process_time(), time.perf_counter()
    run = await runs.run(_PATIENCE_S)
    took, worked, most = time.perf_counter() - began, time.process_time() - worked, memory_mib("VmHWM")
    await runs.check()
    ended = [entry.at async for entry in runs.entries(Kind.STEP_SETTLE)]
    histories = await runs.histories(run)
    return [
        _figure("from the first to the last", "s", took),
        _figure("one, of the first thousand", "ms", _apart(ended[:_PART])),
        _figure("one, of the last thousand", "ms", _apart(ended[-_PART:])),
        _figure("processor time of bot and worker, for one", "ms", worked * 1000 / STEPS),
        _figure("memory of bot and worker, at most, more than before", "MiB", most - held),
        _figure("histories, each going on where the last one ended", "", len(histories)),
        _figure("the longest history", "events", max(events for events, _size in histories)),
        _figure("the largest history", "MiB", max(size for _events, size in histories) / _MIB),
    ]


def _figure(what: str, unit: str, value: float) -> Figure:
    return alone("tenthousand", f"{STEPS:,} steps: {what}", unit, [value])


def _apart(ended: Sequence[datetime]) -> float:
    """Milliseconds from one end to the next."""
    return (ended[-1] - ended[0]).total_seconds() * 1000 / (len(ended) - 1)
