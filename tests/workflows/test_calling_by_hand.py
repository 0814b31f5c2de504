"""People have an organization paged, or whoever holds a role, over the pagers that are connected."""

import pytest

from integrations.simulated.world import World
from playbooks.domain.case import Effect
from playbooks.domain.ids import IncidentKey
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _paged(house: House, key: IncidentKey, action: str, connection: str) -> Effect:
    async def look() -> Effect | None:
        effects = (await house.case(key)).effects.values()
        ended = (each for each in effects if each.ended_at and each.connection == connection)
        return next((each for each in ended if each.action == action), None)

    return await until(look, f"{action} over {connection} has ended")


def _words(world: World, page: Effect) -> str:
    thing = world.thing(page.connection, "page", page.vendor_ref)
    assert thing is not None
    return str(thing.state)


async def test_an_organization_and_the_commander_are_paged_by_codes_alone(house: House) -> None:
    key = await house.declared(severity="low", joined=("WFP",))
    await house.do("unhcr-duty", "page.wake", key, organization="WFP", texts={"reason": "The backups go."})
    page = await _paged(house, key, "page.trigger", "wfp/pager")
    assert page.state == "done"
    assert "backups" not in _words(house.muster.world, page)
    commander = {"organization": "UNHCR", "role": "incident_commander", "people": ["unhcr-duty"]}
    await house.do("wfp-duty", "page.wake", key, **commander)
    handed = await _paged(house, key, "page.reassign", "unhcr/pager")
    assert (handed.state, handed.about) == (
        "done",
        (await _paged(house, key, "page.trigger", "unhcr/pager")).id,
    )
