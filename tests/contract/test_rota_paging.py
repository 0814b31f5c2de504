"""Muster's own pager keeps to the paging port, in memory and on PostgreSQL; and its memory to its own."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from integrations.postgres.database import open_pool
from integrations.postgres.own_pages import PostgresPages
from integrations.rota.paging import RotaPaging
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.errors import Permanent, Transient, Unavailable
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.ports.pages import Order, OwnPage, Pages
from playbooks.ports.paging import PageStatus, Reassign, Resolve, Trigger
from tests.contract.own_pages import MemoryPages
from tests.contract.paging import CISO, check_paging_port
from tests.contract.samples import MESSAGE, UNHCR, some_id
from tests.rotas import UNHCR_WEEKLY, rotas

AT = datetime(2026, 11, 23, 12, tzinfo=UTC)


def pager(pages: Pages, file: Path | None = None, organization: OrganizationCode = UNHCR) -> RotaPaging:
    connection = Connection(
        id=connection_id(organization, "suite"),
        organization=organization,
        vendor=Vendor.ROTA,
        ceiling=Marking.GREEN,
    )
    return RotaPaging(connection, rotas(file), pages, lambda: AT)


async def check_pages(pages: Pages) -> None:
    """What every memory of pages keeps to."""
    first, second = (
        OwnPage(
            id=some_id("page.trigger", name),
            incident=IncidentKey("INC-2026-0042"),
            organization=UNHCR,
            due_at=AT - timedelta(minutes=minutes),
        )
        for name, minutes in (("due", 1), ("overdue", 2))
    )
    await pages.open(first)
    await pages.open(second)
    await pages.open(first.model_copy(update={"due_at": AT + timedelta(days=1)}))
    assert [page.id for page in await pages.due(AT)] == [second.id, first.id], "the first word stands"
    for _ in range(2):
        await pages.called(first, 1, AT + timedelta(minutes=5))
    assert await pages.page(first.id) == first.model_copy(
        update={"calls": 1, "level": 1, "due_at": AT + timedelta(minutes=5)}
    )
    await pages.settle(second.id, PageStatus.ACKNOWLEDGED)
    assert await pages.due(AT) == []
    await pages.settle(second.id, PageStatus.RESOLVED)
    settled = await pages.settle(second.id, PageStatus.ACKNOWLEDGED)
    assert settled is not None
    assert settled.status is PageStatus.RESOLVED
    assert await pages.settle(some_id("page.trigger", "none"), PageStatus.RESOLVED) is None
    await _check_orders(pages, first, second)


async def _check_orders(pages: Pages, open_page: OwnPage, resolved: OwnPage) -> None:
    helped = Order(effect=some_id("page.respond", "helped"), people=(CISO,))
    handed = Order(effect=some_id("page.reassign", "handed"), people=(CISO,), handed=True)
    await pages.settle(open_page.id, PageStatus.ACKNOWLEDGED)
    for _ in range(2):
        await pages.order(open_page.id, helped)
    (page,) = await pages.due(AT)
    assert (page.orders, page.status) == ((helped,), PageStatus.ACKNOWLEDGED), "once, and it stays in hand"
    await pages.carried_out(page.id, helped.effect)
    assert await pages.due(AT) == []
    again = await pages.order(page.id, handed)
    assert again is not None
    assert again.status is PageStatus.TRIGGERED, "nobody has it in hand any more"
    assert [order.called for order in again.orders] == [True, False]
    over = await pages.order(resolved.id, handed)
    assert over is not None
    assert over.orders == (), "of one that is resolved nothing is remembered"
    assert await pages.order(some_id("page.trigger", "none"), handed) is None


async def test_the_rota_keeps_to_the_paging_port(tmp_path: Path) -> None:
    file = tmp_path / "rotas.yaml"
    file.write_text(UNHCR_WEEKLY, "utf-8")
    await check_paging_port(pager(MemoryPages(), file))


async def test_the_rota_on_postgresql_keeps_to_the_paging_port(database: str) -> None:
    async with open_pool(database) as pool:
        await check_paging_port(pager(PostgresPages(pool)))


async def test_pages_are_remembered_alike_in_memory_and_on_postgresql(database: str) -> None:
    await check_pages(MemoryPages())
    async with open_pool(database) as pool:
        await check_pages(PostgresPages(pool))


async def test_a_rota_that_calls_nobody_is_broken() -> None:
    assert str(await pager(MemoryPages()).health()) == "Muster's own rota of UNHCR"
    with pytest.raises(Permanent, match="calls nobody now"):
        await pager(MemoryPages(), organization=OrganizationCode("FAO")).health()


class _Away(MemoryPages):
    async def open(self, page: OwnPage) -> None:
        raise Unavailable("The database does not answer.")


async def test_while_its_memory_is_away_a_page_is_tried_again() -> None:
    with pytest.raises(Transient):
        await pager(_Away()).trigger(Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE))


async def test_a_resolved_page_is_handed_to_nobody() -> None:
    port = pager(MemoryPages())
    page = (await port.trigger(Trigger(effect_id=some_id("page.trigger", "1"), document=MESSAGE))).ref
    await port.resolve(Resolve(effect_id=some_id("page.resolve", "1"), page=page))
    with pytest.raises(Permanent, match="is resolved"):
        await port.reassign(Reassign(effect_id=some_id("page.reassign", "1"), page=page, people=(CISO,)))
