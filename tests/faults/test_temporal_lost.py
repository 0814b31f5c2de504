"""Temporal's database is gone: `muster incident rebuild` makes the same state from the record, and it goes on."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.composition import Installation, installation
from playbooks import library
from playbooks.domain.ids import IncidentKey
from tests.faults.house import QUICK, House, Part, house, until
from tests.faults.promises import kept
from tests.faults.short import PLAYBOOK, ShortIncident

pytestmark = [pytest.mark.faults, pytest.mark.slow]


async def test_rebuilt_from_the_record_an_incident_goes_on_to_its_end(
    fault_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library, "content", lambda _name: PLAYBOOK)
    async with house(fault_data, Part.WORKER) as home, installation(home.settings) as muster:
        incident = ShortIncident(muster, "lost")
        await incident.begin()
        await _in_the_middle_of_its_playbook(muster, incident.key)
        before = (await incident.case()).state

        await home.kill(Part.TEMPORAL)
        for file in fault_data.glob("temporal.db*"):
            file.unlink()
        await home.start(Part.TEMPORAL)
        rebuilt = _rebuild(home, incident.key)

        assert rebuilt["same"]
        assert rebuilt["state"] == before.model_dump(mode="json")
        assert f"incident/{incident.key}" in rebuilt["started"]
        await incident.say("severity critical")
        await incident.work()
        await incident.close()
        await kept(muster, incident.key, incident.said)


async def _in_the_middle_of_its_playbook(muster: Installation, key: IncidentKey) -> None:
    """A question waits for its answer, and no effect is on its way."""

    async def is_asked() -> bool:
        case = await muster.cases.case(key)
        under_way = [effect for effect in case.effects.values() if effect.state == "intended"]
        return bool(case.open_consultations) and not under_way

    await until(is_asked, "the playbook asks")


def _rebuild(home: House, key: IncidentKey) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, str(QUICK), "incident", "rebuild", key],
        env=dict(home.environment()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    rebuilt: dict[str, Any] = json.loads(done.stdout)
    return rebuilt
