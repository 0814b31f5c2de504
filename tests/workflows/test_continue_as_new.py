"""Going on in new runs, while people write: no command is lost, and none is judged twice."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest
from pydantic import BaseModel

from playbooks.domain.command import Command, Outcome, Verdict
from playbooks.domain.errors import Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House
from workflows.names import incident_id, part_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

WRITERS, EACH, MOST_EVENTS = 8, 25, 80


async def test_200_commands_of_8_writers_over_several_runs_lose_nothing(
    house: House, new_runs_after: Callable[[int], None]
) -> None:
    new_runs_after(MOST_EVENTS)
    key = await house.declared()
    await house.runs(part_id(key, house.lead))
    first = [await _run(house, id) for id in (incident_id(key), part_id(key, house.lead))]

    async def write(writer: int) -> list[tuple[Command, Verdict]]:
        return [await _written(house, key, writer, number) for number in range(EACH)]

    written = [each for some in await asyncio.gather(*map(write, range(WRITERS))) for each in some]
    last = [await _run(house, id) for id in (incident_id(key), part_id(key, house.lead))]
    assert all(before != after for before, after in zip(first, last, strict=True)), "there were new runs"
    assert {verdict.outcome for _given, verdict in written} == {Outcome.DONE}
    entries = [entry async for _at, entry in house.muster.record.entries(key)]
    recorded = Counter(each.cause for each in entries if each.kind in (Kind.NOTE_ADD, Kind.TASK_ADD))
    assert {given.id: recorded[given.id] for given, _verdict in written} == {
        given.id: 1 for given, _verdict in written
    }
    await house.agrees(key)
    tasks = (await house.handle(part_id(key, house.lead)).query("state"))["tasks"]
    assert list(tasks) == [f"UNHCR-{number}" for number in range(1, WRITERS * (EACH // 2) + 1)]
    assert list((await house.case(key)).tasks) == list(tasks)
    await _same_again(house, key, written[-3:])


async def _same_again(house: House, key: IncidentKey, written: list[tuple[Command, Verdict]]) -> None:
    """Also where the ledger is not asked first: the run itself carries what it judged."""

    async def begin() -> BaseModel:
        raise AssertionError("it runs; nothing is to be started")

    for given, verdict in written:
        assert await house.gateway.submit(given) == verdict
        if given.verb == "note":
            assert await house.muster.judges.incident(given, key, begin) == verdict


async def _written(house: House, key: IncidentKey, writer: int, number: int) -> tuple[Command, Verdict]:
    if number % 2 == 0:
        given = house.command("unhcr-duty", "note", key, texts={"note": f"{writer}/{number}"})
    else:
        words = {"text": f"{writer}/{number}"}
        given = house.command("unhcr-duty", "task.add", key, texts=words, organization="UNHCR")
    return given, await _persistently(lambda: house.gateway.submit(given))


async def _persistently(ask: Callable[[], Awaitable[Verdict]]) -> Verdict:
    """As a front end asks: the same command again while a run is being left for the next."""
    for _attempt in range(50):
        try:
            return await ask()
        except Unavailable:
            await asyncio.sleep(0.05)
    return await ask()


async def _run(house: House, id: str) -> str:
    return str((await house.handle(id).describe()).run_id)
