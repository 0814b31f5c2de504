"""Everything that the page and the room of one incident show, for one reader at one moment."""

from dataclasses import dataclass

from bot.web.page.group import Group
from bot.web.page.lanes import WIDTH, Picture, picture, sentence
from bot.web.page.story import Window, leaf, window
from bot.web.page.waiting import Waiting, waiting
from bot.web.parts import WebParts
from bot.web.signin.session import Visitor
from playbooks.domain.fold import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.roles import Role
from playbooks.domain.telling import tell
from playbooks.domain.trace import Trace


@dataclass(frozen=True, slots=True)
class Whole:
    """One incident as its reader may have it: the whole in outline, a page of its story in words."""

    case: Case
    traces: tuple[Trace, ...]
    window: Window
    waiting: tuple[Waiting, ...]

    @property
    def commander(self) -> str:
        """Who has command, empty for nobody."""
        return self.case.state.roles.get(Role.INCIDENT_COMMANDER, "")

    @property
    def last_position(self) -> int:
        """How far the page has read; live updates go on from there."""
        placed = (trace.position for trace in reversed(self.traces) if trace.position is not None)
        return next(placed, 0)


async def read_whole(
    parts: WebParts,
    visitor: Visitor,
    key: IncidentKey,
    *,
    group: Group | None = None,
    page: int | None = None,
) -> Whole:
    """Read an incident. Raises NotFound, also for what this reader may not know of."""
    outline = await parts.views.outline(visitor.reader, key)
    case, held = outline.case, leaf(outline.traces, group=group, page=page)
    shown = await parts.views.told(visitor.reader, key, (*held.traces, *held.correcting))
    return Whole(
        case=case,
        traces=outline.traces,
        window=window(held, {each.id: each for each in shown}, parts.texts, case.state.marking),
        waiting=waiting(case, visitor.person, parts.texts, parts.now()),
    )


async def read_picture(
    parts: WebParts, visitor: Visitor, whole: Whole, *, page: int, zoom: int
) -> Picture | None:
    """The lanes, with the sentences of what stands in them by itself."""
    case = whole.case
    drawn = picture(whole.traces, tuple(case.state.parties), parts.now(), page=page, width=WIDTH * zoom)
    if drawn is None:
        return None
    wanted = frozenset(drawn.entries)
    traces = [trace for trace in whole.traces if trace.id in wanted]
    shown = await parts.views.told(visitor.reader, case.state.key, traces)
    return drawn.told({each.id: sentence(tell(each, parts.texts)) for each in shown})
