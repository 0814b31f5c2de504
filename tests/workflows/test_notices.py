"""What happens to our page at the vendor stands in the incident, is told in its rooms, and decides nothing."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from bot.hooks.files import TicketFiles
from bot.hooks.taking import Taking
from integrations.postgres.evidence import PostgresEvidence
from playbooks.actions.asking import post
from playbooks.domain.connection import Connection, Vendor
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.ports.effects import EffectRow, EffectState
from playbooks.ports.notices import Happening, Notice
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGER = Connection(
    id=ConnectionId("unhcr/pager"),
    organization=OrganizationCode("UNHCR"),
    vendor=Vendor.PAGERDUTY,
    ceiling=Marking.GREEN,
)


async def _entries(house: House, key: IncidentKey, kind: Kind) -> list[Entry]:
    return [each async for _at, each in house.muster.record.entries(key) if each.kind == kind]


async def _page(house: House, key: IncidentKey) -> EffectRow:
    async def out() -> EffectRow | None:
        done = [
            entry
            for entry in await _entries(house, key, Kind.EFFECT_CONCLUDE)
            if entry.data["action"] == "page.trigger" and entry.data["state"] == "done"
        ]
        return await house.muster.effects.made(PAGER.id, done[0].data["vendor_ref"]) if done else None

    return await until(out, "the page is out")


async def test_an_acknowledged_page_is_told_in_the_room_once(house: House) -> None:
    key = await house.declared(severity="critical")
    page = await _page(house, key)
    assert page.outcome is not None
    notice = Notice(
        id="01EVENT",
        happening=Happening.PAGE_ACKNOWLEDGED,
        ref=page.outcome["vendor_ref"],
        account="PSOMEBODY",
        at=utc_now() - timedelta(seconds=1),
    )
    taking = Taking(
        house.muster.effects,
        house.gateway,
        lambda _id: PAGER,
        lambda _at, _account: None,
        house.muster.connections.port,
        TicketFiles(PostgresEvidence(house.muster.pool), house.muster.connections.port),
    )
    assert await taking.take(PAGER.id, notice, utc_now())
    assert await taking.take(PAGER.id, notice, utc_now())
    (told,) = await _entries(house, key, Kind.PAGE_ACKNOWLEDGE)
    assert told.data["effect"] == page.id
    assert (await house.case(key)).state.is_open

    (message,) = post(told, (await house.case(key)).state, PAGER.organization)
    post_id = message.effect_id

    async def posted() -> bool:
        try:
            return (await house.muster.effects.effect(post_id)).state is EffectState.DONE
        except NotFound:
            return False

    await until(posted, "the room is told")
