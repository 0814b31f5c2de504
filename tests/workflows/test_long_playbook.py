"""A playbook of hundreds of steps: it goes on in new runs of the workflow, and does each step once."""

from collections import Counter
from collections.abc import Callable

import pytest

from playbooks.domain.ids import RunId
from playbooks.domain.kinds import Kind
from tests.workflows.house import House
from workflows.names import run_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

STREAMS, EACH, EVERY = 10, 30, 15
"""Every so many steps of a stream one opens a ticket; the others are for organizations of which none takes part."""
MOST_EVENTS = 30
_HEAD = b"""
playbook: Hundreds
description: Hundreds of steps in streams side by side.
types: [notification]
created: 2026-11-22T08:00:00.000Z
markings: [TLP:CLEAR]
agents:
  lead organization: {organization: lead}
  other organizations: {organization: others}
steps:
  - step: All streams
    parallel:
"""


def _step(stream: int, number: int) -> bytes:
    who = "lead" if number % EVERY == 0 else "other"
    agent = f"{who} organization{'s' if who == 'other' else ''}"
    said = f"step: Ticket {stream}.{number}, ticket: {{summary: T}}, by: {agent}, function: cyber"
    return f"        - {{{said}}}\n".encode()


HUNDREDS = _HEAD + b"".join(
    f"      Stream {stream}:\n".encode() + b"".join(_step(stream, number) for number in range(1, EACH + 1))
    for stream in range(1, STREAMS + 1)
)


async def test_300_steps_over_several_runs_of_the_workflow_are_each_done_once(
    house: House, new_runs_after: Callable[[int], None]
) -> None:
    new_runs_after(MOST_EVENTS)
    house.playbooks["hundreds"] = HUNDREDS
    key = await house.declared()
    await house.do("unhcr-duty", "playbook.run", key, playbook="hundreds")
    id = run_id(key, RunId("R-1"))
    await house.runs(id, "course")
    await house.ended(id)
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    for kind in (Kind.STEP_START, Kind.STEP_SETTLE):
        told = Counter(entry.data["step"] for entry in entries if entry.kind == kind)
        assert len(told) == STREAMS * EACH
        assert set(told.values()) == {1}
    settled = [entry.data["outcome"] for entry in entries if entry.kind == Kind.STEP_SETTLE]
    assert set(settled) == {"success"}
    opened = Counter(
        each.effect_id
        for each in house.muster.world.effects()
        if each.method == "create_ticket" and f"{key}/ticket.create/R-1" in each.effect_id
    )
    assert set(opened.values()) == {1}
    assert len(opened) == STREAMS * EACH // EVERY
    last = (await house.handle(id).describe()).raw_info
    assert last.execution.run_id != last.first_run_id, "it went on in a new run"
