"""The memory of Muster's own pager, in memory."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.domain.ids import EffectId
from playbooks.ports.pages import Order, OwnPage
from playbooks.ports.paging import PageStatus


class MemoryPages:
    """The pages port for tests; kept honest by `check_pages`."""

    def __init__(self) -> None:
        self.pages: dict[EffectId, OwnPage] = {}

    async def open(self, page: OwnPage) -> None:
        self.pages.setdefault(page.id, page)

    async def page(self, id: EffectId) -> OwnPage | None:
        return self.pages.get(id)

    async def settle(self, id: EffectId, status: PageStatus) -> OwnPage | None:
        page = self.pages.get(id)
        if page is not None and page.status is not PageStatus.RESOLVED:
            self.pages[id] = page.model_copy(update={"status": status})
        return self.pages.get(id)

    async def order(self, id: EffectId, order: Order) -> OwnPage | None:
        page = self.pages.get(id)
        if page is None or page.status is PageStatus.RESOLVED:
            return page
        if order.effect not in {each.effect for each in page.orders}:
            status = PageStatus.TRIGGERED if order.handed else page.status
            update = {"orders": (*page.orders, order), "status": status}
            self.pages[id] = page.model_copy(update=update)
        return self.pages[id]

    async def carried_out(self, id: EffectId, order: EffectId) -> None:
        orders = tuple(
            each.model_copy(update={"called": each.called or each.effect == order})
            for each in self.pages[id].orders
        )
        self.pages[id] = self.pages[id].model_copy(update={"orders": orders})

    async def due(self, at: datetime) -> Sequence[OwnPage]:
        due = (each for each in self.pages.values() if _is_due(each, at))
        return sorted(due, key=lambda each: each.due_at)

    async def called(self, page: OwnPage, level: int, due_at: datetime) -> None:
        if self.pages[page.id].calls == page.calls:
            update = {"calls": page.calls + 1, "level": level, "due_at": due_at}
            self.pages[page.id] = self.pages[page.id].model_copy(update=update)


def _is_due(page: OwnPage, at: datetime) -> bool:
    if page.status is not PageStatus.RESOLVED and any(not order.called for order in page.orders):
        return True
    return page.status is PageStatus.TRIGGERED and page.due_at <= at
