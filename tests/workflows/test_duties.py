"""Clocks on the real parts: warned of, missed, and still there when the incident is closed and Temporal lost it."""

from datetime import timedelta
from typing import Any

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.clocks import Clock
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from workflows.names import incident_id
from workflows.rebuilding import rebuild

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLOCK: dict[str, Any] = {
    "id": "data-72h",
    "length": {"hours": 72},
    "receiver": "Data protection office",
    "approves": "legal",
    "policy": "Policy on data, 9.2",
}


async def _aware(house: House, *, hours_ago: float, joined: tuple[str, ...] = ("WFP",)) -> IncidentKey:
    key = await house.declared(joined=joined)
    aware_at = utc_now() - timedelta(hours=hours_ago)
    clocks = [Clock.model_validate(CLOCK).start(aware_at).model_dump(mode="json")]
    await house.do("wfp-duty", "awareness", key, aware_at=aware_at.isoformat(), clocks=clocks)
    return key


async def _told(house: House, key: IncidentKey, kind: Kind) -> list[Entry]:
    async def look() -> list[Entry] | None:
        found = [entry async for _at, entry in house.muster.record.entries(key) if entry.kind == kind]
        return found or None

    return await until(look, f"{kind} is recorded")


async def test_what_is_nearly_over_is_told_once_and_what_is_missed_wakes_somebody(house: House) -> None:
    key = await _aware(house, hours_ago=72 - 3 / 3600)
    (missed,) = await _told(house, key, Kind.DUTY_MISS)
    assert missed.data["organization"] == "WFP"

    async def paged() -> bool:
        effects = (await house.case(key)).effects.values()
        return any(each.action == "page.trigger" and each.connection == "wfp/pager" for each in effects)

    await until(paged, "somebody of WFP is woken")
    warned = [e async for _at, e in house.muster.record.entries(key) if e.kind == Kind.DUTY_WARN]
    assert [each.data["stage"] for each in warned] == [2]


async def test_a_duty_is_warned_of_and_met_after_the_incident_is_closed_and_lost(house: House) -> None:
    key = await _aware(house, hours_ago=72 - 8 / 3600)
    await house.do("unhcr-duty", "close", key, texts={"reason": "All is well."})
    await house.handle(incident_id(key)).terminate("lost")
    rebuilt = await rebuild(house.muster.record, house.muster.judges, key)
    assert incident_id(key) in rebuilt.started
    await _told(house, key, Kind.DUTY_MISS)
    await house.do("wfp-legal", "duty.approve", key, duty="D-1")
    await house.do("wfp-duty", "duty.meet", key, duty="D-1", texts={"note": "By mail."})
    await house.ended(incident_id(key))
    assert (await house.case(key)).state.duties["D-1"].is_late
