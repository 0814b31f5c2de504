"""A pager that refuses us: Muster calls level after level itself, durably, until somebody is at it."""

from datetime import datetime, timedelta

import pytest

from bot.composition.installation import utc_now
from bot.composition.worker import calling
from bot.paging.calling import Calling
from integrations.simulated.faults import FaultKind, Rule
from integrations.simulated.things import Thing
from playbooks.domain.entry import Entry
from playbooks.domain.ids import EffectId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.ports.pages import OwnPage
from playbooks.ports.paging import PageStatus
from tests.contract.own_pages import MemoryPages
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_when_the_pager_refuses_us_level_after_level_is_called_until_somebody_is_at_it(
    house: House,
) -> None:
    world = house.muster.world
    world.switch_on(Rule(connection="unhcr/pager", method="trigger", fault=FaultKind.DENIED))
    try:
        key = await house.declared(severity="critical")
        mail = await until(lambda: _mail(house, key, "unhcr-duty"), "the first level is written to")
    finally:
        world.switch_off()
    assert "Ransomware" not in mail.state["text"], "no more than a page may say"
    await until(lambda: _said(house, "Paged: UNHCR, level", "@unhcr-duty"), "and mentioned in the room")

    page = await until(lambda: _called(house, key, 1), "the pager knows that it called")
    await _step(house, page.due_at)
    await until(lambda: _mail(house, key, "unhcr-ciso"), "nobody was at it, so the next level is written to")
    again = await until(lambda: _called(house, key, 2), "the pager knows that too")
    # One that was killed after the command and before its own note asks for the same call again.
    await Calling(_Killed(page), house.muster.rotas, house.gateway, utc_now).step()
    assert len(await _calls(house, key)) == 2, "and nobody is called twice"

    await house.do("unhcr-ciso", "page.acknowledge", key)
    await until(lambda: _settled(house, page.id), "the pager is told")
    await _step(house, again.due_at + timedelta(hours=1))
    assert len(await _calls(house, key)) == 2, "nobody further is called"
    refused = await house.refused("unhcr-ciso", "page.acknowledge", key)
    assert refused.code == "no_page"

    await house.do("unhcr-ciso", "page.reassign", key, page=page.id, people=["unhcr-legal"])
    await until(lambda: _mail(house, key, "unhcr-legal"), "whom it is handed to is called by name")
    await until(lambda: _said(house, "Called by name", "@unhcr-legal"), "and mentioned in the room")


class _Killed(MemoryPages):
    """The pager's memory as it was before the note."""

    def __init__(self, page: OwnPage) -> None:
        super().__init__()
        self.pages[page.id] = page.model_copy(update={"due_at": utc_now()})


async def _step(house: House, at: datetime) -> None:
    """The pager at that moment: nobody's clock runs ahead here."""
    await calling(house.muster, lambda: max(at, utc_now())).step()


async def _calls(house: House, key: IncidentKey) -> list[Entry]:
    return [each async for _at, each in house.muster.record.entries(key) if each.kind == Kind.PAGE_CALL]


async def _mail(house: House, key: IncidentKey, person: str) -> Thing | None:
    mails = house.muster.world.things("unhcr/mail", "mail")
    return next((each for each in mails if key in each.state["subject"] and person in each.state["to"]), None)


async def _said(house: House, *words: str) -> Thing | None:
    posts = house.muster.world.things("unhcr/chat", "message")
    return next((each for each in posts if all(word in each.state["text"] for word in words)), None)


async def _called(house: House, key: IncidentKey, times: int) -> OwnPage | None:
    page = await house.muster.pages.page(EffectId(f"unhcr/rota/{key}/page.trigger/severity-critical"))
    return page if page and page.calls == times else None


async def _settled(house: House, id: EffectId) -> bool:
    page = await house.muster.pages.page(id)
    return page is not None and page.status is PageStatus.ACKNOWLEDGED
