"""Which page is spoken of: one's own organization's, the last that is not resolved."""

from datetime import timedelta

import pytest

from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.paging import PAGES
from bot.commands.parameter import Args
from playbooks.domain.case import Case, Effect
from playbooks.domain.ids import IncidentKey, PersonId
from playbooks.domain.incident import IncidentState
from playbooks.domain.roles import Role
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
    state = IncidentState(key=IncidentKey("INC-2026-0001"))
    hearing = _hearing(Case(state=state, effects={page.id: page for page in pages}))
    complete = PAGES[0].complete
    assert complete is not None
    return await complete({}, hearing)


def _hearing(heard: Case) -> Hearing:
    async def case() -> Case:
        return heard

    return Hearing(
        HEARING.directory,
        HEARING.speaker,
        HEARING.received_at,
        HEARING.parties,
        case,
        HEARING.runs,
        HEARING.indicators,
    )


async def test_the_last_page_that_is_not_resolved_is_spoken_of_and_nobody_elses() -> None:
    first, second = _page("first", 1, SeenAs.FRESH), _page("second", 2, SeenAs.IN_HAND)
    over, lost = _page("over", 3, SeenAs.OVER), _page("lost", 4, SeenAs.FRESH, "failed")
    theirs = _page("theirs", 5, SeenAs.FRESH, pager="wfp/pager")
    ours = _page("ours", 6, SeenAs.FRESH, pager="unhcr/rota")
    assert await _spoken_of(first, second, over, lost, theirs) == {"page": second.id}
    assert await _spoken_of(first, second, theirs, ours) == {"page": ours.id}, "of Muster's own pager too"
    assert await _spoken_of(over, theirs) == {"page": over.id}, "one may note on what is over"
    with pytest.raises(Misread):
        await _spoken_of(lost, theirs)


async def _whom(typed: str, **roles: str) -> Args:
    call = next(each for each in PAGES if each.words == ("page", "call"))
    assert call.complete is not None
    held = {Role(role): PersonId(person) for role, person in roles.items()}
    hearing = _hearing(Case(state=IncidentState(key=IncidentKey("INC-2026-0001"), roles=held)))
    return await call.complete(call.parameters[0].read(typed, hearing), hearing)


async def test_an_organization_is_paged_by_its_code_and_a_role_with_whoever_holds_it() -> None:
    assert await _whom("wfp") == {"organization": "WFP"}
    held = {"role": "incident_commander", "people": ["unhcr-ciso"], "organization": "UNHCR"}
    for typed in ("commander", "incident-commander", "incident_commander"):
        assert await _whom(typed, incident_commander="unhcr-ciso") == held
    with pytest.raises(Misread):
        await _whom("liaison", incident_commander="unhcr-ciso")
    with pytest.raises(Misread):
        await _whom("the-baker")
