"""Everything that the page and the room of one incident show, for one reader at one moment."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar
from weakref import WeakKeyDictionary

from bot.web.page.group import Group
from bot.web.page.lanes import WIDTH, Picture, picture, sentence
from bot.web.page.moments import Moment, moments
from bot.web.page.steps import RunDrawn, runs_drawn
from bot.web.page.story import Window, leaf, window
from bot.web.page.waiting import Waiting, waiting
from bot.web.parts import WebParts
from bot.web.signin.session import Visitor
from playbooks.domain.case import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.marking import Marking
from playbooks.domain.roles import Role
from playbooks.domain.telling import tell
from playbooks.ports.views import Outline


@dataclass(frozen=True, slots=True)
class Whole:
    """One incident as its reader may have it: the whole in outline, a page of its story in words."""

    outline: Outline
    window: Window
    waiting: tuple[Waiting, ...]
    runs: tuple[RunDrawn, ...] = ()

    @property
    def case(self) -> Case:
        """The incident as it stands."""
        return self.outline.case

    @property
    def moments(self) -> tuple[Moment, ...]:
        """The key moments."""
        return _once(self.outline, "moments", lambda: moments(self.outline.traces))

    @property
    def commander(self) -> str:
        """Who has command, empty for nobody."""
        return self.case.state.roles.get(Role.INCIDENT_COMMANDER, "")

    @property
    def markings(self) -> tuple[Marking, ...]:
        """Those of the entries in words that are marked otherwise than their incident."""
        return tuple(Marking(each.marking) for each in self.window.told if each.marking)

    @property
    def last_position(self) -> int:
        """How far the page has read; live updates go on from there."""
        placed = (trace.position for trace in reversed(self.outline.traces) if trace.position is not None)
        return next(placed, 0)


async def read_whole(
    parts: WebParts,
    visitor: Visitor,
    key: IncidentKey,
    *,
    group: Group | None = None,
    page: int | None = None,
    entry: str = "",
) -> Whole:
    """Read an incident. Raises NotFound, also for what this reader may not know of."""
    outline = await parts.views.outline(visitor.reader, key)
    case, held = outline.case, leaf(outline.traces, group=group, page=page, entry=entry)
    shown = await parts.views.told(visitor.reader, key, (*held.traces, *held.correcting))
    return Whole(
        outline=outline,
        window=window(held, {each.id: each for each in shown}, parts.texts, case.state.marking),
        waiting=waiting(case, visitor.person, parts.texts, parts.now()),
        runs=await runs_drawn(case, parts.runs),
    )


async def read_picture(
    parts: WebParts, visitor: Visitor, whole: Whole, *, page: int, zoom: int
) -> Picture | None:
    """The lanes, with the sentences of what stands in them by itself. Drawn anew when something came; each minute."""
    outline, now = whole.outline, parts.now().replace(second=0, microsecond=0) + timedelta(minutes=1)
    parties = tuple(outline.case.state.parties)
    drawn = _once(
        outline,
        ("picture", page, zoom, now),
        lambda: picture(outline.traces, parties, now, page=page, width=WIDTH * zoom),
    )
    if drawn is None:
        return None
    wanted = frozenset(drawn.entries)
    traces = [trace for trace in outline.traces if trace.id in wanted]
    shown = await parts.views.told(visitor.reader, outline.case.state.key, traces)
    return drawn.told(parts.texts, {each.id: sentence(tell(each, parts.texts)) for each in shown})


_Made = TypeVar("_Made")
_MADE: Final[WeakKeyDictionary[Outline, dict[Hashable, Any]]] = WeakKeyDictionary()
_KEPT: Final = 16
"""Things made of one outline, before the oldest goes."""


def _once(outline: Outline, what: Hashable, make: Callable[[], _Made]) -> _Made:
    """What is made of an outline is made once while the outline stands: of a long story it takes a while."""
    made = _MADE.setdefault(outline, {})
    if what not in made:
        made[what] = make()
        if len(made) > _KEPT:
            del made[next(iter(made))]
    found: _Made = made[what]
    return found
