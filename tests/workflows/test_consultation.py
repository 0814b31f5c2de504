"""Asking many: closed as soon as the outcome is certain, reminded, and closed at the deadline."""

from datetime import timedelta

import pytest

from bot.composition.installation import utc_now
from playbooks.domain.ids import ConsultationId, IncidentKey
from playbooks.domain.kinds import Kind
from tests.workflows.house import House, until
from workflows.names import consult_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

MINUTE = timedelta(minutes=1)


async def _asked(house: House, key: IncidentKey, *, seconds_left: float = 60, **said: object) -> None:
    """Ask WFP and UNICC with a deadline of one minute, of which so much is left."""
    said = {"purpose": "approval", "asked": ["WFP", "UNICC"], "deadline_minutes": 1, **said}
    at = utc_now() - MINUTE + timedelta(seconds=seconds_left)
    await house.do("unhcr-duty", "ask", key, at=at, texts={"question": "Block the relay?"}, **said)


async def _answer(house: House, key: IncidentKey, who: str, option: str) -> None:
    await house.do(who, "answer", key, consultation="C-1", option=option, texts={"words": "As said."})


async def test_an_approval_ends_as_soon_as_it_is_certain(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, needed=1)
    await _answer(house, key, "wfp-ciso", "approve")
    await house.consultation_is(key, "C-1", "approved")
    await _answer(house, key, "unicc-ciso", "reject")
    counted = (await house.case(key)).consultations[ConsultationId("C-1")]
    assert (counted.outcome, len(counted.answers)) == ("approved", 2), "it is heard, and changes nothing"


async def test_one_rejection_ends_what_all_must_approve(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key)
    await _answer(house, key, "wfp-ciso", "reject")
    await house.consultation_is(key, "C-1", "rejected")


async def test_the_last_answer_of_an_organization_counts(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, purpose="status_call")
    await _answer(house, key, "wfp-ciso", "unknown")
    await _answer(house, key, "wfp-duty", "affected")
    await _answer(house, key, "unicc-ciso", "not_affected")
    await house.consultation_is(key, "C-1", "answered")
    closed = [e async for _at, e in house.muster.record.entries(key) if e.kind == Kind.QUESTION_CLOSE]
    assert [each.data["counts"] for each in closed] == [{"affected": 1, "not_affected": 1, "unknown": 0}]


async def test_who_is_missing_is_reminded_and_the_deadline_ends_it(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, seconds_left=12)
    await _answer(house, key, "wfp-ciso", "approve")
    await house.consultation_is(key, "C-1", "expired")
    entries = [each async for _at, each in house.muster.record.entries(key)]
    reminded = [each for each in entries if each.kind == Kind.QUESTION_REMIND]
    closed = [each for each in entries if each.kind == Kind.QUESTION_CLOSE]
    assert len(reminded) == 1
    for kind in (Kind.QUESTION_ESCALATE, Kind.QUESTION_REFER):
        (chased,) = [each for each in entries if each.kind == kind]
        assert "UNICC" in chased.data["missing"]
    await _alternate_and_chairs_are_told(house, key)
    assert [each.data["missing"] for each in closed] == [["UNICC"]]
    await _late_is_taken_as_late(house, key)


async def _alternate_and_chairs_are_told(house: House, key: IncidentKey) -> None:
    async def look() -> bool:
        effects = (await house.case(key)).effects.values()
        done = [(each.action, each.connection) for each in effects if each.state == "done"]
        return ("page.trigger", "unicc/pager") in done and ("mail.send", "unhcr/mail") in done

    await until(look, "whoever is on call at UNICC is woken, and the co-Chairs are written to")


async def _late_is_taken_as_late(house: House, key: IncidentKey) -> None:
    await house.ended(consult_id(key, ConsultationId("C-1")))
    await _answer(house, key, "unicc-ciso", "approve")
    given = [e async for _at, e in house.muster.record.entries(key) if e.kind == Kind.ANSWER_GIVE]
    assert [each.data["late"] for each in given] == [False, True]
    assert (await house.case(key)).consultations[ConsultationId("C-1")].outcome == "expired"


async def test_an_answer_that_is_quicker_than_the_start_of_the_consultation_starts_it(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, needed=1)
    id = consult_id(key, ConsultationId("C-1"))
    await house.runs(id, "standing")
    await house.handle(id).terminate("as if it had not been started yet")
    await _answer(house, key, "wfp-ciso", "approve")
    await house.consultation_is(key, "C-1", "approved")


async def test_only_who_was_asked_and_represents_it_answers(house: House) -> None:
    key = await house.declared(joined=("WFP", "UNICC"))
    await _asked(house, key, asked=["WFP", "UNHCR"])
    for who, rule in (
        ("unicc-ciso", "not_asked"),
        ("wfp-responder", "not_representative"),
        ("unhcr-duty", "own_request"),
    ):
        refused = await house.refused(who, "answer", key, consultation="C-1", option="approve")
        assert refused.code == rule
    assert (await house.refused("wfp-ciso", "answer", key, consultation="C-1", option="maybe")).code
