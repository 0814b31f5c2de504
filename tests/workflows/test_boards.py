"""The board of a question: one message in the lead's room, edited in place, however many answer at once."""

import asyncio
import time

import pytest

from playbooks.domain.consultation import Tally
from playbooks.domain.ids import ConsultationId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows import fifty_two
from tests.workflows.house import House, until
from workflows.names import consult_id

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def _board(house: House, key: IncidentKey, said: str) -> str:
    """Wait for UNHCR's room to have one board of C-1, and for that to say this."""

    async def look() -> str:
        rooms = [
            each.ref
            for each in house.muster.world.things("unhcr/chat", "room")
            if key.lower() in each.state["name"]
        ]
        messages = [
            each.state["text"]
            for each in house.muster.world.things("unhcr/chat", "message")
            if each.state["room"] in rooms and f"{key}: C-1" in each.state["text"]
        ]
        assert len(messages) <= 1, messages
        return messages[0] if messages and said in messages[0] else ""

    return await until(look, f"the board of {key} says “{said}”")


async def test_the_leads_room_sees_one_message_change_and_at_last_the_result(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    asked = {"purpose": "status_call", "asked": ["WFP", "UNICC"], "deadline_minutes": 60}
    await house.do("unhcr-duty", "ask", key, texts={"question": "Do you see 203.0.113.7?"}, **asked)
    first = await _board(house, key, "Answered: 0")
    assert "203.0.113.7" not in first
    await _board(house, key, "Reached: 2")
    await house.do("wfp-duty", "answer", key, consultation="C-1", option="affected")
    later = await _board(house, key, "Answered: 1")
    assert "affected: 1" in later
    assert "Not yet: UNICC" in later
    await house.do("unicc-duty", "answer", key, consultation="C-1", option="not_affected")
    await _board(house, key, "all have answered")
    await house.ended(consult_id(key, ConsultationId("C-1")))
    for other in ("wfp/chat", "unicc/chat"):
        texts = [each.state["text"] for each in house.muster.world.things(other, "message")]
        assert not [each for each in texts if f"{key}: C-1" in each], (
            "who neither leads nor asked has no board"
        )


async def test_a_board_that_is_there_is_taken_up_where_the_consultation_is_begun_anew(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    asked = {"purpose": "status_call", "asked": ["WFP", "UNICC"], "deadline_minutes": 60}
    await house.do("unhcr-duty", "ask", key, texts={"question": "Do you see it?"}, **asked)
    await _board(house, key, "Reached: 2")
    await house.handle(consult_id(key, ConsultationId("C-1"))).terminate("lost")
    await house.do("wfp-duty", "answer", key, consultation="C-1", option="affected")
    await _board(house, key, "Answered: 1")
    await house.do("unicc-duty", "answer", key, consultation="C-1", option="unknown")
    await _board(house, key, "all have answered")


async def test_fifty_two_that_answer_at_once_or_one_by_one_are_an_edit_every_five_seconds(
    house: House,
) -> None:
    key, began = await house.declared(), time.monotonic()
    await fifty_two.asked(house, key, house.lead)
    await _board(house, key, "Answered: 0")
    for number, code in enumerate(fifty_two.CIRCLE[:12], start=1):
        await fifty_two.answer(house, key, code, "affected")
        await _heard(house, key, number)
    answering = (fifty_two.answer(house, key, code, "not_affected") for code in fifty_two.CIRCLE[12:])
    await asyncio.gather(*answering)
    await _board(house, key, "not affected: 40")
    await house.ended(consult_id(key, fifty_two.QUESTION))
    given = [each async for _at, each in house.muster.record.entries(key) if each.kind == Kind.ANSWER_GIVE]
    effects = (await house.case(key)).effects.values()
    edits = [each for each in effects if each.action == "message.update"]
    assert len(given) == 52
    assert 1 <= len(edits) <= 1 + (time.monotonic() - began) // 5, "and the result at once"
    assert {each.state for each in edits} == {"done"}


async def _heard(house: House, key: IncidentKey, answers: int) -> None:
    """Wait for the consultation to have taken so many."""

    async def look() -> bool:
        raw = await house.handle(consult_id(key, fifty_two.QUESTION)).query("standing", result_type=Tally)
        return len(Tally.model_validate(raw).missing) == len(fifty_two.CIRCLE) - answers

    await until(look, f"{answers} are heard")
