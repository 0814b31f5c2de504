"""`kill -9` of each part at points of the demo's incident: after a restart it goes on to its end."""

import os
import random
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.composition.installation import installation
from tests.faults.front_end import FrontEnd
from tests.faults.house import Part, house
from tests.faults.playing import Incident
from tests.faults.points import POINTS, Point, after_entries, struck
from tests.faults.promises import kept

pytestmark = [pytest.mark.faults, pytest.mark.slow, pytest.mark.timeout(900)]

SEED = int(os.environ.get("FAULTS_SEED", "2026"))


KILLED_AT = dict.fromkeys(Part, POINTS) | {Part.WORKER: POINTS[:1] + POINTS[1::2], Part.BOT: POINTS[::2]}
"""The worker and the bot not at every point: what the one held is missed for seconds, the other starts for as long."""


@pytest.mark.parametrize("part", Part)
async def test_killed_at_each_point_and_started_again_it_goes_on(fault_data: Path, part: Part) -> None:
    await _played(fault_data, dict.fromkeys(KILLED_AT[part], part))


async def test_parts_killed_in_turn_at_entries_by_chance_it_goes_on(fault_data: Path) -> None:
    """Other points and parts with another FAULTS_SEED."""
    chance = random.Random(SEED)  # noqa: S311  to be repeated, not to be secret
    counts = sorted(chance.sample(range(1, 180), len(Part)))
    parts = chance.sample(list(Part), len(Part))
    points = (Point(f"entry {count}", after_entries(count)) for count in counts)
    await _played(fault_data, dict(zip(points, parts, strict=True)))


async def _played(data: Path, kills: Mapping[Point, Part]) -> None:
    async with (
        house(data, Part.WORKER, Part.BOT) as home,
        installation(home.settings) as muster,
        FrontEnd(muster) as people,
    ):
        incident = Incident(muster, people)
        async with struck(muster, tuple(kills), lambda point: home.kill_and_restart(kills[point])):
            key = await incident.play()
        await kept(muster, key, people.said)
