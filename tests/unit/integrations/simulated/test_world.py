import multiprocessing
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from sqlite3 import IntegrityError

import pytest

from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.world import World

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
WHO = "unhcr/tickets"


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def world(clock: Clock) -> World:
    return World(":memory:", clock)


def test_what_happened_outlives_whoever_did_it(tmp_path: Path, clock: Clock) -> None:
    before = World(tmp_path / "world.db", clock)
    before.add(WHO, "ticket", "SIM-1", "e1", timedelta(), {"status": "open"})
    before.happened(WHO, "create_ticket", "e1", "SIM-1")
    before.switch_on(Rule(fault=FaultKind.OUTAGE))
    before.close()
    after = World(tmp_path / "world.db", clock)
    assert [thing.ref for thing in after.things(WHO, "ticket")] == ["SIM-1"]
    assert [(e.effect_id, e.at) for e in after.effects()] == [("e1", NOON)]
    assert after.called(WHO, "create_ticket") == Rule(fault=FaultKind.OUTAGE)
    after.close()


def test_a_search_lags_behind_and_a_reference_does_not(world: World, clock: Clock) -> None:
    world.add(WHO, "ticket", "SIM-1", "e1", timedelta(seconds=2), {})
    clock.at += timedelta(milliseconds=1999)
    assert world.search(WHO, "ticket", "e1") is None
    assert world.thing(WHO, "ticket", "SIM-1") is not None
    clock.at += timedelta(milliseconds=1)
    assert world.search(WHO, "ticket", "e1") is not None


def test_what_happened_twice_is_told_twice(world: World) -> None:
    for ref in ("SIM-1", "SIM-2"):
        world.happened(WHO, "create_ticket", "e1", ref)
    world.happened(WHO, "create_ticket", "e2", "SIM-3")
    assert [effect.ref for effect in world.effects("e1")] == ["SIM-1", "SIM-2"]
    assert len(world.effects()) == 3


def test_what_fails_halfway_did_not_happen(world: World) -> None:
    def create() -> None:
        with world.at_once():
            world.happened(WHO, "create_ticket", "e1", "SIM-1")
            world.add(WHO, "ticket", "SIM-1", "e1", timedelta(), {})
            world.add(WHO, "ticket", "SIM-1", "e1", timedelta(), {})

    with pytest.raises(IntegrityError):
        create()
    assert world.effects() == ()


def test_a_rule_strikes_as_often_as_it_says_and_then_no_more(world: World) -> None:
    world.switch_on(Rule(fault=FaultKind.OUTAGE, times=2))
    struck = [world.called(WHO, "comment") is not None for _ in range(4)]
    assert struck == [True, True, False, False]
    assert world.calls(WHO, "comment") == 4


def test_a_rule_strikes_only_where_it_says(world: World) -> None:
    world.switch_on(Rule(fault=FaultKind.OUTAGE, connection="unhcr/*", method="create_*"))
    assert world.called("unhcr/tickets", "create_ticket")
    assert world.called("unhcr/tickets", "comment") is None
    assert world.called("wfp/tickets", "create_ticket") is None


def test_a_switched_off_world_works(world: World) -> None:
    world.switch_on(Rule(fault=FaultKind.OUTAGE))
    world.switch_off()
    assert world.called(WHO, "comment") is None


@pytest.mark.parametrize("seed", [1, 2])
def test_chance_strikes_the_same_calls_for_the_same_seed(seed: int, clock: Clock) -> None:
    rule = Rule(fault=FaultKind.OUTAGE, chance=0.3, seed=seed)
    worlds = [World(":memory:", clock) for _ in range(2)]
    runs = []
    for world in worlds:
        world.switch_on(rule)
        runs.append([world.called(WHO, "comment") is not None for _ in range(200)])
    assert runs[0] == runs[1]
    assert 30 < sum(runs[0]) < 90


def test_a_rate_limit_counts_the_calls_of_its_span(world: World, clock: Clock) -> None:
    world.switch_on(Rule(fault=FaultKind.RATE_LIMITED, allow=2, span=timedelta(seconds=10)))
    assert [world.called(WHO, "comment") is not None for _ in range(3)] == [False, False, True]
    clock.at += timedelta(seconds=10)
    assert world.called(WHO, "comment") is None


def test_an_event_is_delivered_until_it_is_taken(world: World) -> None:
    world.emit(WHO, "page.acknowledged", {"page": "e1"})
    (first,) = world.deliveries(WHO)
    (again,) = world.deliveries(WHO)
    assert first == again
    assert (first.kind, first.body) == ("page.acknowledged", {"page": "e1"})
    world.taken(first)
    assert world.deliveries(WHO) == ()


def test_an_event_may_be_delivered_twice_under_one_id(world: World) -> None:
    world.switch_on(Rule(fault=FaultKind.REPEATED, method="events", times=1))
    world.emit(WHO, "page.acknowledged", {})
    one, two = world.deliveries(WHO)
    assert one.id == two.id


def _open_and_fill(path: Path, worker: int) -> None:
    world = World(path, lambda: NOON)
    for number in range(25):
        with world.at_once():
            ref = f"SIM-{world.count(WHO, 'ticket') + 1}"
            world.add(WHO, "ticket", ref, f"e{worker}.{number}", timedelta(), {})
            world.happened(WHO, "create_ticket", f"e{worker}.{number}", ref)
        world.called(WHO, "create_ticket")
    world.close()


def test_several_processes_use_one_world_at_once(tmp_path: Path) -> None:
    path = tmp_path / "world.db"
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done in [pool.submit(_open_and_fill, path, worker) for worker in range(4)]:
            done.result(timeout=60)
    world = World(path, lambda: NOON)
    assert sorted(int(thing.ref[4:]) for thing in world.things(WHO, "ticket")) == list(range(1, 101))
    assert world.calls(WHO, "create_ticket") == 100
    world.close()


@pytest.mark.parametrize("number", range(20))
def test_several_that_start_together_make_one_world(number: int, tmp_path: Path) -> None:
    with ThreadPoolExecutor(6) as together:
        for world in together.map(lambda _: World(tmp_path / f"{number}.db", Clock()), range(6)):
            world.close()
