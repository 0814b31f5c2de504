"""`muster up`: one at a time, stopped with everything it started, and carried on from where it was."""

from pathlib import Path

import httpx
import pytest

from bot.cli.running import settings_of
from bot.composition.installation import installation
from playbooks import library
from tests.faults.going_up import gone, up
from tests.faults.promises import kept
from tests.faults.short import PLAYBOOK, ShortIncident

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.fixture(autouse=True)
def short_playbook(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own playbook in the place of those that ship."""
    monkeypatch.setattr(library, "content", lambda _name: PLAYBOOK)
    monkeypatch.setattr(library, "NAMES", (*library.NAMES, "short"))


async def test_it_says_where_it_is_and_refuses_a_second_one_and_stops_whole(fault_data: Path) -> None:
    with up(fault_data) as first:
        await first.ready()
        for address in ("Web room", "Incidents", "Temporal's UI"):
            assert f"{address} " in first.said
        assert "not for production" in first.said
        async with httpx.AsyncClient() as browser:
            assert (await browser.get(first.page)).status_code == httpx.codes.UNAUTHORIZED

        with up(fault_data) as second:
            assert await second.ended() == 1
            assert second.said.startswith("Muster is already running on ")
            assert second.said.count("\n") == 1, "one sentence"

        family = first.family()
        assert len(family) > 2
        assert await first.stop() == 0
        await gone(family)


async def test_stopped_in_the_middle_and_started_again_it_goes_on(fault_data: Path) -> None:
    with up(fault_data) as first:
        await first.ready()
        async with installation(settings_of(fault_data)) as muster:
            incident = ShortIncident(muster, "stopped")
            await incident.begin()
        assert await first.stop() == 0
    await _goes_on(fault_data, incident)


async def test_killed_in_the_middle_it_leaves_nobody_behind_and_goes_on(fault_data: Path) -> None:
    with up(fault_data) as first:
        await first.ready()
        async with installation(settings_of(fault_data)) as muster:
            incident = ShortIncident(muster, "killed")
            await incident.begin()
        family = first.family()
        await first.kill()
        await gone(family)
    await _goes_on(fault_data, incident)


async def _goes_on(data: Path, begun: ShortIncident) -> None:
    with up(data) as again:
        await again.ready()
        assert begun.key in again.said, "open incidents are named"
        async with installation(settings_of(data)) as muster:
            incident = begun.over(muster)
            await incident.work()
            await incident.close()
            await kept(muster, incident.key, incident.said)
        assert await again.stop() == 0
