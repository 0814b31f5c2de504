"""What flaps is held back, across incidents, and is looked at anew when it has kept still."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.intake.replay import replay
from integrations.postgres.database import open_pool
from playbooks.alerts.assess import FLAPPING
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
