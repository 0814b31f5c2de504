"""Cases kept at hand are what folding the whole record would give, and read on from where they stood."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.reading import cases as cases_module
from bot.reading.cases import Cases
from playbooks.domain.case import Case
from playbooks.domain.fold import fold
from playbooks.domain.ids import IncidentKey
from playbooks.ports.record import Placed
from tests.casts import KEY, Scene, declared
from tests.unit.bot.reading.record_in_memory import RecordInMemory


def without_words(scene: Scene) -> Case:
    return fold(KEY, [entry.without_words() for entry in scene.entries])


async def test_cases_that_nobody_is_shown_hold_no_words_that_could_outlive_their_erasure() -> None:
    scene = declared(joined=("WFP",))
    assert scene.case.title
    kept = await Cases(RecordInMemory(scene.entries)).case(KEY)
    assert (kept.title, kept.texts) == ("", {})


async def test_a_case_is_carried_on_from_where_it_stood() -> None:
    scene = declared(joined=("WFP",))
    record = RecordInMemory(scene.entries)
    cases = Cases(record)
    assert await cases.case(KEY) == without_words(scene)

    scene.do("unhcr-duty", "severity", severity="low")
    await record.append(scene.entries)

    assert await cases.case(KEY) == without_words(scene)
    assert record.read_from == [0, len(scene.entries) - 1]


class _SlowRecord(RecordInMemory):
    """One that others come to while it is read."""

    async def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        async for each in super().entries(incident, after):
            await asyncio.sleep(0)
            yield each


async def test_who_asks_while_a_case_is_read_does_not_read_it_again() -> None:
    """Fifty that answer at once would else each fold the whole story of an incident that nobody had asked for yet."""
    scene = declared(joined=("WFP",))
    record = _SlowRecord(scene.entries)
    cases = Cases(record)
    found = await asyncio.gather(*(cases.case(KEY) for _ in range(3)))
    assert found == [without_words(scene)] * 3
    assert record.read_from == [0, len(scene.entries), len(scene.entries)]


async def test_what_waits_for_its_place_is_read_again_until_it_has_one() -> None:
    """Positions follow commits; an entry without one may still be overtaken."""
    scene = declared(joined=("WFP",))
    record = RecordInMemory(scene.entries, placed=2)
    cases = Cases(record)
    assert await cases.case(KEY) == without_words(scene)

    record.kept[-1], record.kept[-2] = record.kept[-2], record.kept[-1]
    record.placed = len(record.kept)

    assert await cases.case(KEY) == fold(KEY, [entry.without_words() for entry in record.kept])
    assert record.read_from == [0, 2]


async def test_alerts_that_wait_are_not_counted_twice() -> None:
    scene = declared("alert of UNHCR")
    scene.do("alert of UNHCR", "alerts.attach", group="G-1", count=3)
    cases = Cases(RecordInMemory(scene.entries, placed=1))

    for _ in range(3):
        assert (await cases.case(KEY)).state.alerts == 3


async def test_what_was_never_declared_is_empty() -> None:
    case = await Cases(RecordInMemory()).case(IncidentKey("INC-2026-9999"))

    assert case.state.declared_at is None
    assert case.tasks == {}


async def test_the_least_recently_asked_for_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [IncidentKey(f"INC-2026-{number:04}") for number in range(1, 4)]
    entries = [entry for key in keys for entry in _declared(key).entries]
    record = RecordInMemory(entries)
    cases = Cases(record)
    monkeypatch.setattr(cases_module, "_KEPT", 2)
    for key in (keys[0], keys[1], keys[0], keys[2], keys[0], keys[1]):
        await cases.case(key)

    placed = len(entries) // 3
    assert record.read_from == [0, 0, placed, 0, placed, 0]


async def test_who_goes_over_all_incidents_pushes_out_nothing_that_others_asked_for() -> None:
    keys = [IncidentKey(f"INC-2026-{number:04}") for number in range(1, 3)]
    scenes = {key: _declared(key) for key in keys}
    record = RecordInMemory([entry for scene in scenes.values() for entry in scene.entries])
    cases = Cases(record)
    await cases.case(keys[0])
    for key in keys:
        bare = [entry.without_words() for entry in scenes[key].entries]
        assert await cases.passing(key) == fold(key, bare)
        await cases.passing(key)

    placed = len(scenes[keys[0]].entries)
    assert record.read_from == [0, placed, placed, 0, 0]


def _declared(key: IncidentKey) -> Scene:
    scene = Scene(key=key)
    scene.do("unhcr-duty", "declare", severity="high")
    return scene
