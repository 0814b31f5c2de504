"""The board of a question says what the room's organization may have, and is where it is followed."""

from datetime import timedelta
from typing import Any

import pytest

from bot.boards import Boards
from bot.composing import Composer
from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.simulated.no_groups import NoGroups
from integrations.simulated.reading import SimulatedReading
from playbooks.actions.board import board_edited, board_posted, shown_to
from playbooks.domain.document import Document, plain
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.ports.composer import Composed, Withheld
from tests.casts import NOON, UNHCR, WFP, Scene, declared
from tests.unit.bot.reading.record_in_memory import RecordInMemory
from tests.unit.bot.test_composing import TEXTS, _no_call, room
from tests.worlds import no_playbook


def asked(*, who: str = "unhcr-ciso", **said: Any) -> tuple[Scene, Entry]:
    scene = declared(joined=("WFP", "UNICC"))
    given = {"purpose": "status_call", "asked": ["WFP", "UNICC"], "deadline_minutes": 60, **said}
    (entry,) = scene.do(who, "ask", texts={"question": "Do you see 203.0.113.7?"}, **given)
    return scene, entry


async def board(
    scene: Scene,
    opened: Entry,
    organization: OrganizationCode = UNHCR,
    ceiling: Marking = Marking.AMBER_STRICT,
) -> Composed | Withheld:
    record = RecordInMemory(scene.entries)
    reading = SimulatedReading(record)
    views = RecordViews(reading, record, TriageBoard(lambda _: NoGroups()), lambda: NOON, no_playbook)
    composer = Composer(reading, TEXTS, _no_call, boards=Boards(views, TEXTS))
    request = board_posted(opened, scene.state, organization, scene.at)
    return await composer(request, room(organization, ceiling))


async def test_it_counts_the_answers_and_names_who_is_missing_and_nobodys_words() -> None:
    scene, opened = asked()
    scene.do("wfp-duty", "answer", consultation="C-1", option="affected", texts={"words": "Two hosts."})
    said = await board(scene, opened)
    assert isinstance(said, Document)
    text = plain(said)
    for part in (
        f"{scene.key}: C-1",
        "Asked: 2",
        "Answered: 1",
        "affected: 1",
        "status call: open",
        "Not yet: UNICC",
    ):
        assert part in text, text
    assert "203.0.113.7" not in text
    assert "Two hosts" not in text


async def test_a_room_whose_organization_was_not_told_of_the_question_has_no_board_of_it() -> None:
    scene, opened = asked()
    by_wfp = opened.actor.model_copy(update={"id": "wfp-ciso", "organization": WFP})
    scene.entries[-1] = hidden = opened.model_copy(update={"actor": by_wfp, "audience": ("WFP", "UNICC")})
    assert shown_to(hidden, scene.consultation().question, scene.state) == (WFP,)
    assert await board(scene, hidden) == Withheld(code="not_released")


async def test_an_incident_that_is_marked_more_strictly_meanwhile_is_told_there_no_more() -> None:
    scene, opened = asked()
    assert await board(scene, opened, ceiling=Marking.GREEN) == Withheld(code="ceiling")


@pytest.mark.parametrize(
    "said",
    [{"asked": ["WFP"]}, {"purpose": "approval", "by_person": True, "needed": 1}],
    ids=["one alone is asked", "the approval of an act"],
)
def test_a_question_that_nobody_follows_has_none(said: dict[str, Any]) -> None:
    scene, opened = asked(**said)
    assert shown_to(opened, scene.consultation().question, scene.state) == ()


def test_it_is_in_the_leads_room_and_in_that_of_who_asks_and_of_a_restricted_incident_in_none() -> None:
    scene, opened = asked()
    question = scene.consultation().question
    assert shown_to(opened, question, scene.state) == (UNHCR,)
    of_wfp = opened.model_copy(update={"actor": opened.actor.model_copy(update={"organization": WFP})})
    assert shown_to(of_wfp, question, scene.state) == (UNHCR, WFP)
    scene.do("unhcr-ciso", "restrict", named=["wfp-duty"])
    assert shown_to(of_wfp, question, scene.state) == ()


def test_edits_refer_to_the_message_and_a_room_that_moved_has_one_of_its_own() -> None:
    scene, opened = asked()
    posted = board_posted(opened, scene.state, UNHCR, scene.at)
    edited = board_edited(opened, scene.state, UNHCR, scene.at + timedelta(hours=2), "3")
    assert edited.args["message"] == f"ref:{posted.effect_id}"
    assert edited.asked_at > posted.asked_at, "patience counts from the edit"
    scene.do("unhcr-ciso", "move", connection="unhcr/spare", texts={"reason": "Strangers read our Slack"})
    anew = board_posted(opened, scene.state, UNHCR, scene.at)
    assert (posted.connection, anew.connection) == ("unhcr/chat", "unhcr/spare")
    assert anew.effect_id != posted.effect_id
