"""One organization's rota as a PagingPort: a page is remembered here, `bot/paging/calling.py` calls it out.

Nothing leaves here: the calls themselves are effects of the incident (docs/on-call.md).
"""

from collections.abc import Callable
from datetime import datetime

from playbooks.domain.connection import Connection
from playbooks.domain.errors import Permanent, Transient, Unavailable
from playbooks.domain.ids import EffectId, IncidentKey
from playbooks.domain.rota.shifts import shifts
from playbooks.domain.saying import Saying, saying
from playbooks.domain.seen import Seen, SeenAs
from playbooks.ports.pages import Order, OwnPage, Pages
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
from playbooks.ports.rotas import Rotas
from playbooks.ports.write import Made


class RotaPaging:
    """The PagingPort of a rota; `docs/on-call.md` says how it calls."""

    def __init__(
        self, connection: Connection, rotas: Rotas, pages: Pages, now: Callable[[], datetime]
    ) -> None:
        self._connection = connection
        self._rotas = rotas
        self._pages = pages
        self._now = now

    async def trigger(self, request: Trigger) -> Made:
        """See the port; the first level is due at once."""
        page = OwnPage(
            id=request.effect_id,
            incident=IncidentKey(request.effect_id.split("/")[2]),
            organization=self._connection.organization,
            due_at=self._now(),
        )
        try:
            await self._pages.open(page)
        except Unavailable as error:
            raise Transient(error.wording) from error
        return Made(ref=request.effect_id)

    async def acknowledge(self, request: Acknowledge) -> Made:
        """See the port."""
        return await self._settled(request.page, PageStatus.ACKNOWLEDGED)

    async def resolve(self, request: Resolve) -> Made:
        """See the port."""
        return await self._settled(request.page, PageStatus.RESOLVED)

    async def reassign(self, request: Reassign) -> Made:
        """See the port; they are called by name, and the rota goes on when their level's minutes are over."""
        order = Order(effect=request.effect_id, people=request.people, handed=True)
        return await self._ordered(request.page, order)

    async def add_responders(self, request: AddResponders) -> Made:
        """See the port; they are called by name, once, beside whoever has it."""
        return await self._ordered(request.page, Order(effect=request.effect_id, people=request.people))

    async def note(self, request: Note) -> Made:
        """See the port. That it was noted is all that is kept here: the words stand in the incident's record."""
        return await self._ordered(request.page, Order(effect=request.effect_id, called=True))

    async def find_note(self, request: Note) -> Made | None:
        """See the port."""
        page = await self._found(request.page)
        return Made(ref=page.id) if any(each.effect == request.effect_id for each in page.orders) else None

    async def who_is_on_call(self) -> tuple[OnCall, ...]:
        """See the port."""
        try:
            steps = await self._rotas.ladder(self._connection.organization, self._now())
        except Unavailable as error:
            raise Transient(error.wording) from error
        return tuple(
            OnCall(account=person, level=step.level, until=step.until_at)
            for step in steps
            for person in step.people
        )

    async def planned(self, since_at: datetime, until_at: datetime) -> tuple[PlannedShift, ...]:
        """See the port."""
        try:
            kept = await self._rotas.kept(self._connection.organization, since_at)
        except Unavailable as error:
            raise Transient(error.wording) from error
        found = [
            PlannedShift(account=shift.person, level=level, start_at=shift.start_at, end_at=shift.end_at)
            for level in range(1, len(kept.rota.levels) + 1 if kept else 1)
            for shift in (shifts(kept.rota, level, kept.turns, since_at, until_at) if kept else ())
            if shift.person is not None
        ]
        return tuple(sorted(found, key=lambda each: (each.start_at, each.level)))

    async def look(self, ref: str) -> Seen:
        """See `playbooks/ports/seen.py`."""
        page = await self._kept(ref)
        if page is None:
            return Seen(as_=SeenAs.GONE, ref=ref)
        return Seen(as_=SEEN_AS[page.status], ref=ref, said=page.status.value)

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`; a rota that calls nobody now is broken."""
        if not await self.who_is_on_call():
            raise Permanent(
                saying(
                    "vendor.nobody_on_call", who=saying("vendor.rota", place=self._connection.organization)
                ),
                code="nobody_on_call",
            )
        return saying("vendor.health.rota", organization=self._connection.organization)

    async def _settled(self, ref: str, status: PageStatus) -> Made:
        try:
            page = await self._pages.settle(EffectId(ref), status)
        except Unavailable as error:
            raise Transient(error.wording) from error
        return Made(ref=self._known(page).id)

    async def _ordered(self, ref: str, order: Order) -> Made:
        try:
            page = await self._pages.order(EffectId(ref), order)
        except Unavailable as error:
            raise Transient(error.wording) from error
        if self._known(page).status is PageStatus.RESOLVED:
            raise Permanent(saying("vendor.page_over", who=self._connection.id), code="page_over")
        return Made(ref=ref)

    async def _found(self, ref: str) -> OwnPage:
        return self._known(await self._kept(ref))

    async def _kept(self, ref: str) -> OwnPage | None:
        try:
            return await self._pages.page(EffectId(ref))
        except Unavailable as error:
            raise Transient(error.wording) from error

    def _known(self, page: OwnPage | None) -> OwnPage:
        if page is None:
            raise Permanent(
                saying("vendor.no_page", who=saying("vendor.rota", place=self._connection.id)),
                code="unknown_page",
            )
        return page
