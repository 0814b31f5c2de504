"""A simulated pager: one open page for each deduplication key, as PagerDuty's Events v2."""

import asyncio
from datetime import datetime, timedelta

from integrations.simulated.things import Thing
from integrations.simulated.vendor import SimulatedVendor, Sleep
from integrations.simulated.world import World
from playbooks.domain.connection import Connection
from playbooks.domain.document import plain
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.domain.saying import saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.paging import (
    SEEN_AS,
    Acknowledge,
    AddResponders,
    Note,
    OnCall,
    PageStatus,
    PlannedShift,
    Reassign,
    Resolve,
    Trigger,
)
from playbooks.ports.write import Made


class SimulatedPaging(SimulatedVendor):
    """The PagingPort of a simulated world; `on_call` is who answers there."""

    def __init__(
        self,
        world: World,
        connection: Connection,
        *,
        sleep: Sleep = asyncio.sleep,
        on_call: tuple[OnCall, ...] = (),
    ) -> None:
        super().__init__(world, connection, sleep=sleep)
        self._on_call = on_call

    async def trigger(self, request: Trigger) -> Made:
        """Trigger a page; the same key again adds to the page that there is."""
        return await self._call("trigger", lambda: self._trigger(request))

    async def acknowledge(self, request: Acknowledge) -> Made:
        """Acknowledge a page that is still triggered."""
        stays = {PageStatus.ACKNOWLEDGED, PageStatus.RESOLVED}
        return await self._call(
            "acknowledge", lambda: self._settle("acknowledge", request, PageStatus.ACKNOWLEDGED, stays)
        )

    async def resolve(self, request: Resolve) -> Made:
        """Resolve a page."""
        return await self._call(
            "resolve", lambda: self._settle("resolve", request, PageStatus.RESOLVED, {PageStatus.RESOLVED})
        )

    async def reassign(self, request: Reassign) -> Made:
        """Give a page to people; everybody has an account here."""
        return await self._call("reassign", lambda: self._given(request, "assigned", request.people))

    async def add_responders(self, request: AddResponders) -> Made:
        """Ask people to help."""
        return await self._call("add_responders", lambda: self._asked(request))

    async def note(self, request: Note) -> Made:
        """Write a note, and once more when asked again."""
        return await self._call("note", lambda: self._noted(request))

    async def find_note(self, request: Note) -> Made | None:
        """The first note of this request."""
        return await self._call("find_note", lambda: self._found(request))

    async def who_is_on_call(self) -> tuple[OnCall, ...]:
        """Who is on call."""
        return await self._call("who_is_on_call", lambda: self._on_call)

    async def planned(self, since_at: datetime, until_at: datetime) -> tuple[PlannedShift, ...]:
        """Whoever is on call stays so, until her turn ends."""
        return await self._call(
            "planned",
            lambda: tuple(
                PlannedShift(
                    account=each.account,
                    level=each.level,
                    start_at=since_at,
                    end_at=min(each.until or until_at, until_at),
                )
                for each in self._on_call
            ),
        )

    async def look(self, ref: str) -> Seen:
        """How a page stands; see `playbooks/ports/seen.py`."""
        return await self._call("look", lambda: self._looked(ref))

    def _looked(self, ref: str) -> Seen:
        page = self._world.thing(self._id, "page", ref)
        if page is None:
            return Seen(as_=SeenAs.GONE, ref=ref)
        status = PageStatus(page.state["status"])
        return Seen(as_=SEEN_AS[status], ref=ref, said=status.value)

    def _trigger(self, request: Trigger) -> Made:
        if self._world.thing(self._id, "page", request.effect_id) is None:
            state = {
                "summary": request.document.title,
                "text": plain(request.document),
                "severity": request.severity,
                "status": PageStatus.TRIGGERED,
            }
            self._world.add(self._id, "page", request.effect_id, request.effect_id, timedelta(), state)
            self._happened("trigger", request.effect_id, request.effect_id)
        return Made(ref=request.effect_id)

    def _settle(
        self, method: str, request: Acknowledge | Resolve, status: PageStatus, stays: set[PageStatus]
    ) -> Made:
        page = self._page(request.page)
        if page.state["status"] not in stays:
            self._world.change(page, status=status)
            self._happened(method, request.effect_id, page.ref)
        return Made(ref=page.ref)

    def _asked(self, request: AddResponders) -> Made:
        known = self._page(request.page).state.get("responders", ())
        return self._given(request, "responders", tuple(dict.fromkeys((*known, *request.people))))

    def _given(self, request: Reassign | AddResponders, field: str, people: tuple[PersonId, ...]) -> Made:
        page = self._page(request.page)
        if tuple(page.state.get(field, ())) != people:
            self._world.change(page, **{field: people})
            self._happened(field, request.effect_id, page.ref)
        return Made(ref=page.ref)

    def _noted(self, request: Note) -> Made:
        page = self._page(request.page)
        ref = f"{page.ref}#{self._world.count(self._id, 'note') + 1}"
        state = {"page": page.ref, "text": plain(request.document)}
        self._world.add(self._id, "note", ref, request.effect_id, timedelta(), state)
        self._happened("note", request.effect_id, ref)
        return Made(ref=ref)

    def _found(self, request: Note) -> Made | None:
        note = self._world.search(self._id, "note", request.effect_id)
        return Made(ref=note.ref) if note else None

    def _page(self, ref: str) -> Thing:
        page = self._world.thing(self._id, "page", ref)
        if page is None:
            raise Permanent(saying("vendor.no_page", who=self._id), code="unknown_page")
        return page
