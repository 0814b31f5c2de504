"""`/incidents/{key}/events`: what is recorded of an incident, as it is recorded, for pages that are open.

Each entry's event has its position as its id, so a browser that was away goes on where it was (`Last-Event-ID`, HTML,
section 9.2). Events carry pieces of the page, made by the templates that made the page.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import chain
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.web.page.steps import runs_drawn
from bot.web.page.story import Told, corrections, told
from bot.web.page.waiting import waiting
from bot.web.pages import Pages, pages_of
from bot.web.parts import Parts, WebParts
from bot.web.room.live import Live
from bot.web.routes.keys import Key
from bot.web.signin.session import Present, Visitor, still_signed_in
from playbooks.domain.errors import IncidentError, Unavailable
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Person
from playbooks.domain.release import Shown
from playbooks.domain.roles import Role

router: Final = APIRouter(include_in_schema=False)

_SILENCE: Final = timedelta(seconds=20)
_AGAIN: Final = timedelta(seconds=3)
_MOST: Final = 500
"""Entries sent at once; who was away for longer loads the page anew."""


@router.get("/incidents/{key}/events")
async def events(
    request: Request,
    key: Key,
    parts: Parts,
    visitor: Present,
    after: Annotated[int, Query(ge=0)] = 0,
    in_room: bool = False,  # noqa: FBT001, FBT002  a query parameter
    last_event_id: Annotated[str, Header()] = "",
) -> EventSourceResponse:
    """The stream; ends when the session does, or when the reader may no longer know of the incident."""
    await parts.views.case(visitor.reader, key)
    begin = int(last_event_id) if last_event_id.isascii() and last_event_id.isdigit() else after
    stream = _Stream(parts, pages_of(request), visitor, key, in_room=in_room)
    return EventSourceResponse(
        stream.run(request.app.state.live, begin), ping=int(_SILENCE.total_seconds()), send_timeout=30
    )


def _opens(shown: Shown, person: Person) -> bool:
    """Whether her organization joined by this entry: much that came before it is hers to read from now on."""
    joined = shown.position is not None and shown.slots.get("kind") == Kind.PARTY_JOIN
    return joined and (shown.slots.get("data") or {}).get("organization") == person.organization


class _Stream:
    def __init__(
        self, parts: WebParts, pages: Pages, visitor: Visitor, key: IncidentKey, *, in_room: bool
    ) -> None:
        self._parts = parts
        self._pages = pages
        self._visitor = visitor
        self._key = key
        self._in_room = in_room
        # Entries sent before the sequencer gave them a position; with one, they are sent again and take their place.
        self._loose: frozenset[str] = frozenset()

    async def run(self, live: Live, position: int) -> AsyncIterator[ServerSentEvent]:
        yield ServerSentEvent(comment="live", retry=int(_AGAIN / timedelta(milliseconds=1)))
        async for changed in live.follow(self._key, _SILENCE):
            if not await still_signed_in(self._parts, self._visitor):
                yield ServerSentEvent(event="over", data="signed-out")
                return
            if not changed:
                continue
            try:
                async for event in self._news(position):
                    position = int(event.id) if event.id else position
                    yield event
            except Unavailable:
                continue
            except IncidentError:
                yield ServerSentEvent(event="over", data="gone")
                return

    async def _news(self, position: int) -> AsyncIterator[ServerSentEvent]:
        story = await self._parts.views.story(self._visitor.reader, self._key, position)
        if len(story) > _MOST:
            yield ServerSentEvent(event="over", data="behind")
            return
        fresh = [shown for shown in story if shown.position is not None or shown.id not in self._loose]
        self._loose = frozenset(shown.id for shown in story if shown.position is None)
        if not fresh:
            return
        if any(_opens(shown, self._visitor.person) for shown in fresh):
            yield ServerSentEvent(event="over", data="joined")
            return
        case = await self._parts.views.case(self._visitor.reader, self._key)
        for superseded in await self._superseded(fresh):
            html = self._pages.render("pieces/entry.html", entry=superseded)
            yield ServerSentEvent(event="entry", data=html)
        for shown in fresh:
            line = told(shown, self._parts.texts, case.state.marking)
            html = self._pages.render("pieces/entry.html", entry=line)
            yield ServerSentEvent(
                event="entry", data=html, id=str(shown.position) if shown.position else None
            )
        rows = waiting(case, self._visitor.person, self._parts.texts, self._parts.now())
        commander = case.state.roles.get(Role.INCIDENT_COMMANDER, "")
        runs = await runs_drawn(case, self._parts.runs)
        for piece in ("glance", "waiting", "steps"):
            html = self._pages.render(
                f"pieces/{piece}.html",
                case=case,
                waiting=rows,
                runs=runs,
                commander=commander,
                in_room=self._in_room,
            )
            yield ServerSentEvent(event="piece", data=html)

    async def _superseded(self, fresh: list[Shown]) -> list[Told]:
        """Entries that stand on the page and are corrected by what came: they say so from now on."""
        corrected = corrections(fresh)
        numbers = [int(shown.slots["data"]["number"]) for shown in chain.from_iterable(corrected.values())]
        if not numbers:
            return []
        story = await self._parts.views.story(self._visitor.reader, self._key, min(numbers) - 1)
        case = await self._parts.views.case(self._visitor.reader, self._key)
        known = corrections(story)
        return [
            told(shown, self._parts.texts, case.state.marking, known)
            for shown in story
            if shown.id in corrected
        ]
