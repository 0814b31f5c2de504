"""Which page is spoken of: one's own organization's, the last that is not resolved."""

from datetime import timedelta

import pytest

from bot.commands.misread import Misread
from bot.commands.paging import PAGES
from bot.commands.parameter import Args
from playbooks.domain.case import Case, Effect
from playbooks.domain.ids import IncidentKey
from playbooks.domain.incident import IncidentState
from playbooks.domain.seen import SeenAs
from tests.casts import NOON
from tests.unit.bot.commands.test_registry import HEARING


def _page(
    name: str, minutes: int, heard_as: SeenAs, state: str = "done", pager: str = "unhcr/pager"
) -> Effect:
    return Effect(
        id=f"{pager}/INC-2026-0001/page.trigger/{name}",
        action="page.trigger",
        connection=pager,
        simulated=True,
        at=NOON + timedelta(minutes=minutes),
        state=state,
        heard_as=heard_as,
    )


async def _spoken_of(*pages: Effect) -> Args:
    async def case() -> Case:
        state = IncidentState(key=IncidentKey("INC-2026-0001"))
        return Case(state=state, effects={page.id: page for page in pages})

    complete = PAGES[0].complete
    assert complete is not None
    hearing = type(HEARING)(
        HEARING.directory,
        HEARING.speaker,
        HEARING.received_at,
        HEARING.parties,
        case,
        HEARING.runs,
        HEARING.indicators,
    )
    return await complete({}, hearing)


async def test_the_last_page_that_is_not_resolved_is_spoken_of_and_nobody_elses() -> None:
    first, second = _page("first", 1, SeenAs.FRESH), _page("second", 2, SeenAs.IN_HAND)
    over, lost = _page("over", 3, SeenAs.OVER), _page("lost", 4, SeenAs.FRESH, "failed")
    theirs = _page("theirs", 5, SeenAs.FRESH, pager="wfp/pager")
    ours = _page("ours", 6, SeenAs.FRESH, pager="unhcr/rota")
    assert await _spoken_of(first, second, over, lost, theirs, ours) == {"page": second.id}
    assert await _spoken_of(over, theirs) == {"page": over.id}, "one may note on what is over"
    with pytest.raises(Misread):
        await _spoken_of(lost, theirs)
