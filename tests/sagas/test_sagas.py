"""The three tests of a saga over every action of every playbook that ships: twice, failing, failing and undone twice.

After Oxide's saga tests (style.md names them): every action run twice still succeeds; fail at each in turn, and what it
and those before it did is taken back; the same with each undo run twice. A new playbook is covered the day it ships.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from playbooks import library
from playbooks.cacao.course import Contents, reference
from playbooks.cacao.extension import step_notes
from playbooks.cacao.model import ActionStep, Playbook
from playbooks.cacao.reading import read
from tests.contract.virtual_time import in_virtual_time
from tests.sagas.stage import Deed, Stage, Ways, keep
from workflows.playbook.skeleton import skeleton

MACHINES = "machines"
EVERY = pytest.mark.parametrize("name", [*library.NAMES, MACHINES])
MOST_SEEDS = 400
MOST_UNITS = 6
"""Of one step; more organizations fail as these do."""


@cache
def playbook_of(name: str) -> Playbook:
    content = (
        Path(__file__).with_name("machines.yaml").read_bytes() if name == MACHINES else library.content(name)
    )
    found = read(content).playbook
    assert found is not None
    keep(name, found)
    return found


@cache
def contents_of(name: str) -> Contents:
    """The playbook, and those that it may run, by their names in place of hashes."""
    names = (*library.NAMES, MACHINES)
    return Contents(
        main=name,
        playbooks={each: skeleton(playbook_of(each), library.approvals()) for each in names},
        carried={reference(playbook_of(each).id, None): each for each in names},
    )


def actions_of(name: str) -> list[str]:
    return [id for id, step in playbook_of(name).workflow.items() if isinstance(step, ActionStep)]


@cache
def ways_to(name: str) -> dict[str, tuple[Ways, str]]:
    """For each action of a playbook a way on which it is reached, and its key there."""
    found: dict[str, tuple[Ways, str]] = {}

    async def walk(ways: Ways) -> None:
        stage = Stage(contents_of(name), ways)
        await stage.play()
        for key in stage.reached:
            step = key.rpartition("#")[0]
            if "/" not in key and not ways.fails(key):
                found.setdefault(step, (ways, key))

    for seed in range(MOST_SEEDS):
        if len(found) == len(actions_of(name)):
            break
        in_virtual_time(walk(Ways(seed, failures=0.0 if seed < 20 else 0.15)))
    return found


def clean(deeds: list[Deed]) -> Iterator[str]:
    """What is wrong with how it was left: something with an undo that stands, or was taken back before a later one."""
    done = [deed.key for deed in deeds if not deed.key.endswith(".undo")]
    undone = [deed.key.removesuffix(".undo") for deed in deeds if deed.key.endswith(".undo")]
    first_done = list(dict.fromkeys(done))
    order = [key for key in dict.fromkeys(undone) if key in first_done]
    if order != sorted(order, key=first_done.index, reverse=True):
        yield f"taken back out of order: {order}"


@EVERY
def test_every_action_is_reached(name: str) -> None:
    assert sorted(set(actions_of(name)) - set(ways_to(name))) == []


@EVERY
def test_every_action_run_twice_still_succeeds_and_happens_once(name: str) -> None:
    async def play(ways: Ways) -> None:
        once, twice = Stage(contents_of(name), ways), Stage(contents_of(name), ways, twice=lambda _key: True)
        await once.play()
        course = await twice.play()
        assert twice.deeds == once.deeds
        assert course.is_finished

    for ways in {ways.seed: ways for ways, _key in ways_to(name).values()}.values():
        in_virtual_time(play(ways))


@EVERY
@pytest.mark.parametrize("is_undone_twice", [False, True], ids=["undone once", "undone twice"])
def test_a_failure_at_any_action_leaves_nothing_that_can_be_taken_back(
    name: str, *, is_undone_twice: bool
) -> None:
    async def fail(ways: Ways, target: str, units: int) -> int:
        """Fail when so many of the target's units of work are done; how many there were before it failed."""
        reached = 0

        def fails(key: str, number: int) -> bool:
            nonlocal reached
            reached = max(reached, number) if key == target else reached
            return key == target and number > units

        stage = Stage(
            contents_of(name),
            ways,
            fails=fails,
            twice=lambda key: is_undone_twice and key.endswith(".undo"),
        )
        await stage.play(until=lambda key: key == target)
        stage.abort()
        expected = list(stage.undoable())
        acted = dict.fromkeys(deed.key for deed in stage.deeds)
        assert await stage.take_back() == ()
        undone = dict.fromkeys(deed.key for deed in stage.deeds if deed.key.endswith(".undo"))
        assert list(undone) == [f"{key}.undo" for key in expected]
        assert not [key for key in acted if _has_undo(name, key) and f"{key}.undo" not in undone]
        assert not list(clean(stage.deeds))
        return reached

    for ways, target in ways_to(name).values():
        units = 0
        while in_virtual_time(fail(ways, target, units)) > units and units < MOST_UNITS:
            units += 1


def _has_undo(name: str, key: str) -> bool:
    step_id = key.rpartition("/")[2].rpartition("#")[0]
    for playbook in contents_of(name).playbooks.values():
        if step_id in playbook.workflow:
            return bool(step_notes(playbook.workflow[step_id]).undo)
    return False


def test_the_tests_cover_what_ships_tomorrow() -> None:
    shipped = {path.stem for path in Path(library.__file__).parent.glob("*.yaml")} - {"approvals"}
    assert shipped == set(library.NAMES)
