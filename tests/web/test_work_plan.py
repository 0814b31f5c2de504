"""The page of the work-plan: what was planned after the incidents that its reader knows of, and nothing of others."""

from typing import Any

import pytest

from playbooks.domain.judging.review import judge_review
from playbooks.domain.situation import Situation
from tests.casts import KEY, Scene, command, declared
from tests.web.circle import Circle, FakeViews, a_web
from tests.web.conftest import Browser


def told() -> Scene:
    here = declared(joined=("WFP",))
    here.do("unhcr-ciso", "close")
    acts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("wfp-ciso", "form", {"due_minutes": 60}),
        ("unhcr-ciso", "join", {"working_group": "WG-1"}),
    )
    for who, act, args in acts:
        verb, words = f"working_group.{act}", {"text": "One list of mail servers."}
        given = command(f"test:{act}", verb, who, at=here.at, texts=words, **args)
        here.entries += judge_review(here.case.review, Situation(incident=here.state), given, here.at)
    return here


@pytest.fixture
def circle() -> Circle:
    return a_web(views=FakeViews(told().entries))


async def test_who_takes_part_reads_the_groups_with_their_words(browser: Browser) -> None:
    page = (await (await browser("wfp-duty")).get("/work-plan")).text
    for said in (KEY, "WG-1", "WFP", "UNHCR", "One list of mail servers.", "1 under way"):
        assert said in page


async def test_who_knows_of_no_incident_reads_that_nothing_is_planned(browser: Browser) -> None:
    answer = await (await browser("unicc-duty")).get("/work-plan")
    assert answer.status_code == 200
    assert KEY not in answer.text
    assert "Nothing is planned" in answer.text
