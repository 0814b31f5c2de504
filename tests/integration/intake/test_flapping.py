"""What flaps is held back, across incidents, and is looked at anew when it has kept still."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.intake.replay import replay
from integrations.postgres.database import open_pool
from playbooks.alerts.assess import FLAPPING
from playbooks.domain.ids import IncidentKey
from playbooks.ports.intake import GroupStatus
from tests.integration.intake.house import NOW, ROUTING, House, alert

MINUTES = timedelta(minutes=5)


@pytest.fixture
async def house(database: str) -> AsyncIterator[House]:
    async with open_pool(database) as pool:
        yield House(pool)


async def flap(house: House, times: int) -> None:
    """It comes, an incident is declared, it is resolved, a person closes the incident; and again."""
    for number in range(times):
        await house.send(alert(number))
        await house.settle()
        house.now += MINUTES
        await house.send(alert(number, status="resolved"))
        await house.settle()
        house.closed.update(group.incident for group in await house.all_groups() if group.incident)
        house.now += MINUTES


async def test_what_flaps_declares_no_further_incident_while_it_does(house: House) -> None:
    await flap(house, 3)
    assert len(house.gateway.declared) == 3
    await house.send(alert(4))
    await house.settle()
    assert len(house.gateway.declared) == 3
    group = (await house.all_groups())[-1]
    assert (group.status, group.rule) == (GroupStatus.TRIAGE, FLAPPING)
    assert group.held_until == NOW + 5 * MINUTES + timedelta(hours=1)


async def test_what_stays_is_declared_when_its_time_is_over_although_nothing_comes(house: House) -> None:
    await flap(house, 3)
    await house.send(alert(4))
    await house.settle()
    house.now += timedelta(hours=1)
    await house.settle()
    assert len(house.gateway.declared) == 4
    group = (await house.all_groups())[-1]
    assert (group.status, group.held_until, group.arrivals) == (GroupStatus.ATTACHED, None, 1)


async def test_what_was_resolved_meanwhile_is_left_in_peace(house: House) -> None:
    await flap(house, 3)
    await house.send(alert(4))
    await house.send(alert(4, status="resolved"))
    await house.settle()
    house.now += timedelta(hours=2)
    await house.settle()
    assert len(house.gateway.declared) == 3
    assert (await house.all_groups())[-1].held_until is None


async def test_rules_tried_on_history_hold_back_as_well(house: House) -> None:
    await flap(house, 4)
    played = await replay(house.groups.history(NOW), ROUTING)
    assert len(played.declared) == 1
    assert {group.held_until for group in played.groups.values()} != {None}


async def test_what_was_held_back_is_looked_at_once_although_what_comes_now_goes_elsewhere(
    house: House,
) -> None:
    """Its group was merged into another, of which the incident was closed for a while."""
    odd = {"host": "srv-2", "title": "odd"}
    await house.send(alert(1, title="odd"), alert(2, **odd))
    await house.settle()
    first, second = sorted(await house.groups.triage(), key=lambda each: each.id)
    if (await house.groups.alerts(first.id))[0].alert.affected.hosts != ("srv-1",):
        first, second = second, first
    await house.decide("triage.merge", first.id, second.id)
    await house.decide("triage.declare", first.id)
    await house.settle()
    house.closed.add(IncidentKey("INC-2026-0001"))
    for number in range(3):
        await house.send(alert(10 + number, **odd))
        await house.send(alert(10 + number, status="resolved", **odd))
        await house.settle()
        house.now += MINUTES
    await house.send(alert(20, **odd))
    await house.settle()
    assert [each.rule for each in await house.all_groups() if each.held_until] == [FLAPPING]
    house.closed.clear()
    house.now += timedelta(hours=2)
    await house.settle()
    assert not [each for each in await house.all_groups() if each.held_until], "and not again each second"
