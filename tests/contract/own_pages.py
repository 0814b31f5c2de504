"""The memory of Muster's own pager, in memory."""

from collections.abc import Sequence
from datetime import datetime

from playbooks.domain.ids import EffectId
from playbooks.ports.pages import OwnPage
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

    async def due(self, at: datetime) -> Sequence[OwnPage]:
        waiting = (each for each in self.pages.values() if each.status is PageStatus.TRIGGERED)
        return sorted((each for each in waiting if each.due_at <= at), key=lambda each: each.due_at)

    async def called(self, page: OwnPage, level: int, due_at: datetime) -> None:
        if self.pages[page.id].calls == page.calls:
            update = {"calls": page.calls + 1, "level": level, "due_at": due_at}
            self.pages[page.id] = self.pages[page.id].model_copy(update=update)
