"""`kill -9` of each part at points of the demo's incident: after a restart it goes on to its end."""

import time
from pathlib import Path

import pytest

from bot.composition import installation
from tests.faults.front_end import FrontEnd
from tests.faults.house import Part, house
from tests.faults.playing import Incident
from tests.faults.points import POINTS, Point, struck
from tests.faults.promises import kept

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
@pytest.mark.parametrize("part", Part)
async def test_killed_and_started_again_it_goes_on(fault_data: Path, part: Part, point: Point) -> None:
    async with (
        house(fault_data, Part.WORKER, Part.BOT) as home,
        installation(home.settings) as muster,
        FrontEnd(muster) as people,
    ):
        incident = Incident(muster, people)
        async with struck(muster, point, lambda: home.kill_and_restart(part)):
            key = await incident.play()
        await kept(muster, key, people)
