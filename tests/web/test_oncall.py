"""The page of who is on call: one's own organization's, as the command in chat says it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from playbooks.domain.ids import OrganizationCode
from playbooks.domain.on_call import Ladder, OnCallNow, OnCallSource, Rung, Step, Target
from tests.web.circle import Circle, a_web
from tests.web.conftest import Browser


async def _on_call(organization: OrganizationCode, *, ahead: timedelta = timedelta()) -> OnCallNow:
    schedule = Target(name="SOC primary", zone="Europe/Zurich")
    steps = (
        Step(level=1, targets=(schedule,), after_minutes=15),
        Step(level=2, targets=(Target(name="chief"),)),
    )
    return OnCallNow(
        organization=organization,
        source=OnCallSource.PAGER,
        rungs=(Rung(who=f"{organization.casefold()}-duty", telephone="+41 22 000 00 00"),),
        ladder=Ladder(service="SOC", policy="SOC escalation", url="https://example.org/policy", steps=steps),
    )


@pytest.fixture
def circle() -> Circle:
    circle = a_web()
    return replace(circle, parts=replace(circle.parts, on_call=_on_call))


async def test_whom_a_page_calls_and_how_it_escalates_is_read_by_the_own_organization(
    browser: Browser,
) -> None:
    page = (await (await browser("wfp-duty")).get("/oncall")).text
    for said in (
        "On call at WFP now",
        "wfp-duty",
        "+41 22 000 00 00",
        "SOC escalation",
        "https://example.org/policy",
    ):
        assert said in page
    assert "level 1: schedule SOC primary (Europe/Zurich)" in page
    assert "the next level after 15 min" in page
    assert "/oncall.ics" not in page, "the calendar is of a rota here"
    assert "unhcr-duty" not in page
