"""A task that nobody does: its room is reminded, then the lead hears of it and somebody is woken."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.task import ESCALATES_AFTER
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _asked(house: House, key: IncidentKey, overdue: timedelta) -> None:
    at = utc_now() - overdue - timedelta(minutes=10)
    await house.do(
        "wfp-duty", "task.add", key, at=at, organization="WFP", due_minutes=10, texts={"text": "Look."}
    )


async def _told(house: House, key: IncidentKey, kind: Kind) -> Entry:
    async def look() -> Entry | None:
        entries = [each async for _at, each in house.muster.record.entries(key)]
        return next((each for each in entries if each.kind == kind), None)

    return await until(look, f"{kind} is recorded")


async def _reached(house: House, entry: Entry, count: int) -> list[str]:
    async def look() -> list[str] | None:
        found = [each.connection for each in house.muster.world.effects() if entry.id in each.effect_id]
        return found if len(found) >= count else None

    return sorted(await until(look, f"{count} are told of {entry.kind}"))


async def test_a_reminder_that_did_not_help_reaches_the_lead_and_wakes_the_organization(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await _asked(house, key, ESCALATES_AFTER + timedelta(minutes=1))
    await _told(house, key, Kind.TASK_REMIND)
    escalated = await _told(house, key, Kind.TASK_ESCALATE)
    assert await _reached(house, escalated, 3) == ["unhcr/chat", "wfp/chat", "wfp/pager"]


async def test_nobody_is_woken_in_an_incident_that_wakes_nobody(house: House) -> None:
    key = await house.declared(joined=("WFP",), severity="low")
    await _asked(house, key, ESCALATES_AFTER + timedelta(minutes=1))
    escalated = await _told(house, key, Kind.TASK_ESCALATE)
    assert await _reached(house, escalated, 2) == ["unhcr/chat", "wfp/chat"]


async def test_what_is_just_due_is_reminded_of_alone(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await _asked(house, key, timedelta(minutes=1))
    await _told(house, key, Kind.TASK_REMIND)
    tasks = (await house.case(key)).tasks
    assert [(each.reminded, each.escalated) for each in tasks.values()] == [(True, False)]
