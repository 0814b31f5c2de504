"""Temporal's database is gone: `muster incident rebuild` makes the same state from the record, and it goes on."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.composition.installation import installation
from playbooks import library
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from tests.faults.house import QUICK, House, Part, house, until
from tests.faults.promises import kept
from tests.faults.short import PLAYBOOK, ShortIncident

Moment = Callable[[Case], bool]


def _only_declared(case: Case) -> bool:
    return case.state.declared_at is not None


def _effects_are_under_way(case: Case) -> bool:
    return any(effect.state == "intended" for effect in case.effects.values())


def _a_question_waits(case: Case) -> bool:
    return bool(case.open_consultations)


MOMENTS = (_only_declared, _effects_are_under_way, _a_question_waits)

pytestmark = [pytest.mark.faults, pytest.mark.slow]


@pytest.mark.parametrize("is_reached", MOMENTS, ids=lambda moment: moment.__name__.strip("_"))
async def test_rebuilt_from_the_record_an_incident_goes_on_to_its_end(
    fault_data: Path, monkeypatch: pytest.MonkeyPatch, is_reached: Moment
) -> None:
    monkeypatch.setattr(library, "content", lambda _name: PLAYBOOK)
    monkeypatch.setattr(library, "NAMES", (*library.NAMES, "short"))
    async with house(fault_data, Part.WORKER) as home, installation(home.settings) as muster:
        incident = ShortIncident(muster, "lost")
        await incident.begin()
        await until(lambda: _seen(incident, is_reached), is_reached.__name__)

        await home.kill(Part.TEMPORAL)
        for file in fault_data.glob("temporal.db*"):
            file.unlink()
        await home.start(Part.TEMPORAL)
        rebuilt = _rebuild(home, incident.key)

        assert rebuilt["same"]
        assert rebuilt["started"]
        await incident.say("severity critical")
        await incident.work()
        await incident.close()
        await kept(muster, incident.key, incident.said)


async def _seen(incident: ShortIncident, is_reached: Moment) -> bool:
    return is_reached(await incident.case())


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
