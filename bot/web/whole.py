"""Everything that the page and the room of one incident show, for one reader at one moment."""

from dataclasses import dataclass

from bot.web.page.group import Group
from bot.web.page.story import Window, window
from bot.web.page.waiting import Waiting, waiting
from bot.web.parts import WebParts
from bot.web.signin.session import Visitor
from playbooks.domain.fold import Case
from playbooks.domain.ids import IncidentKey
from playbooks.domain.release import Shown
from playbooks.domain.roles import Role


@dataclass(frozen=True, slots=True)
class Whole:
    """One incident as its reader may have it."""

    case: Case
    story: tuple[Shown, ...]
    window: Window
    waiting: tuple[Waiting, ...]

    @property
    def commander(self) -> str:
        """Who has command, empty for nobody."""
        return self.case.state.roles.get(Role.INCIDENT_COMMANDER, "")

    @property
    def last_position(self) -> int:
        """How far the page has read; live updates go on from there."""
        return max((shown.position for shown in self.story if shown.position is not None), default=0)


async def read_whole(
    parts: WebParts,
    visitor: Visitor,
    key: IncidentKey,
    *,
    group: Group | None = None,
    page: int | None = None,
) -> Whole:
    """Read an incident. Raises NotFound, also for what this reader may not know of."""
    case = await parts.views.case(visitor.reader, key)
    story = tuple(await parts.views.story(visitor.reader, key))
    return Whole(
        case=case,
        story=story,
        window=window(story, parts.texts, case.state.marking, group=group, page=page),
        waiting=waiting(case, visitor.person, parts.texts, parts.now()),
    )
