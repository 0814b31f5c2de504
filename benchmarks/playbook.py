"""Benchmark: playbooks by themselves: ten thousand steps read and checked, interpreted, and a rehearsal.

The interpreter is measured alone: what it gives is settled at once, with nothing recorded. The rehearsal is the
ransomware playbook that ships, on a stage that is there already: five days of its own clock.
"""

import json
import time
from uuid import UUID, uuid5

from benchmarks.figure import Figure, alone
from bot.composition.installation import Installation
from bot.composition.rehearsal import rehearsing
from playbooks import library
from playbooks.cacao.model import Playbook
from playbooks.cacao.next_step import Outcome, begin, ready, settle
from playbooks.cacao.reading import read
from playbooks.rehearsal.report import Ending
from playbooks.rehearsal.script import Script

STEPS = 10_000
ROUNDS = 3
REHEARSED = "ransomware"
_NAMES = UUID("3f0cf0a4-6d0d-4f7e-9a0e-2f6f2f9b6c5e")


async def measure(_muster: Installation) -> list[Figure]:
    """Rounds of each; the rehearsal's first one warms up."""
    content = _chain(STEPS)
    spans, steps = [], []
    for _ in range(ROUNDS):
        span, playbook = _checked(content)
        spans.append(span)
        steps.append(STEPS / _interpreted(playbook))
    return [
        alone("playbook", f"{STEPS:,} steps read and checked", "s", spans),
        alone("playbook", f"steps interpreted, of {STEPS:,}", "/s", steps),
        alone("playbook", f"{REHEARSED} rehearsed", "s", await _rehearsals()),
    ]


def _checked(content: bytes) -> tuple[float, Playbook]:
    began = time.perf_counter()
    playbook = read(content).playbook
    if playbook is None:
        raise RuntimeError("the playbook of the benchmark was refused")
    return time.perf_counter() - began, playbook


def _interpreted(playbook: Playbook) -> float:
    began = time.perf_counter()
    progress = begin(playbook)
    while not progress.is_finished:
        (due,) = ready(playbook, progress)
        progress = settle(playbook, progress, due.key, Outcome())
    return time.perf_counter() - began


async def _rehearsals() -> list[float]:
    playbook = library.shipped(REHEARSED).playbook
    if playbook is None:
        raise RuntimeError(f"{REHEARSED} cannot be read")
    spans = []
    async with rehearsing() as theatre:
        for _ in range(1 + ROUNDS):
            began = time.perf_counter()
            report = await theatre.rehearse(library.content(REHEARSED), playbook, Script())
            spans.append(time.perf_counter() - began)
            if report.ending is not Ending.SUCCESSFUL:
                raise RuntimeError(f"the rehearsal ended {report.ending}")
    return spans[1:]


def _chain(steps: int) -> bytes:
    """CACAO 2.0 JSON of so many tasks, one after another."""
    ids = [
        f"start--{uuid5(_NAMES, 'start')}",
        *(f"action--{uuid5(_NAMES, str(n))}" for n in range(steps)),
        f"end--{uuid5(_NAMES, 'end')}",
    ]
    command = {"type": "manual", "command": "Look at it."}
    agent = f"group--{uuid5(_NAMES, 'agent')}"
    workflow: dict[str, object] = {
        ids[0]: {"type": "start", "on_completion": ids[1]},
        ids[-1]: {"type": "end"},
    }
    for number, id in enumerate(ids[1:-1], start=1):
        workflow[id] = {
            "type": "action",
            "name": f"Step {number}",
            "on_completion": ids[number + 1],
            "commands": [command],
            "agent": agent,
        }
    document = {
        "type": "playbook",
        "spec_version": "cacao-2.0",
        "id": f"playbook--{uuid5(_NAMES, 'playbook')}",
        "name": "Benchmark",
        "playbook_types": ["investigation"],
        "created_by": f"identity--{uuid5(_NAMES, 'identity')}",
        "created": "2026-11-22T08:00:00.000Z",
        "modified": "2026-11-22T08:00:00.000Z",
        "workflow_start": ids[0],
        "workflow": workflow,
        "agent_definitions": {agent: {"type": "group", "name": "Responders"}},
    }
    return json.dumps(document).encode()
