"""A question to 52 organizations that answer within the same second: some twice, some otherwise, some not at all."""

import asyncio

import pytest

from playbooks.domain.command import Outcome
from playbooks.domain.consultation import Tally
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.kinds import Kind
from tests.workflows.fifty_two import CIRCLE, QUESTION, answer, asked, entry
from tests.workflows.house import House, until
from workflows.names import consult_id

pytestmark = pytest.mark.asyncio(loop_scope="session")

KEY = IncidentKey("INC-2026-9052")
SILENT, TWICE, OTHERWISE = CIRCLE[:5], CIRCLE[5:15], CIRCLE[15:25]


def _options(organization: OrganizationCode) -> tuple[str, ...]:
    if organization in TWICE:
        return ("not_affected", "not_affected")
    return ("unknown", "affected") if organization in OTHERWISE else ("not_affected",)


async def test_each_counts_once_by_its_last_word_and_who_is_silent_is_named(house: House) -> None:
    lead = CIRCLE[0]
    said = {"lead": lead, "severity": "high", "class": "other", "marking": "TLP:AMBER", "restricted": False}
    await asked(house, KEY, lead, entry(KEY, Kind.DECLARE, "incident", lead, **said))
    speaking = [code for code in CIRCLE if code not in SILENT]
    verdicts = await asyncio.gather(*(answer(house, KEY, code, *_options(code)) for code in speaking))
    assert {each.outcome for said in verdicts for each in said} == {Outcome.DONE}
    standing = await _settled(house)
    assert standing.counts == {"affected": 10, "not_affected": 37, "unknown": 0}
    assert standing.missing == SILENT
    given = [e async for _at, e in house.muster.record.entries(KEY) if e.kind == Kind.ANSWER_GIVE]
    assert len(given) == 47 + len(TWICE) + len(OTHERWISE), "every word stands, whichever counts"
    await asyncio.gather(*(answer(house, KEY, code, "unknown") for code in SILENT))
    await house.ended(consult_id(KEY, QUESTION))
    closed = (await house.case(KEY)).consultations[QUESTION].closed
    assert closed is not None
    assert (closed.outcome, closed.missing, sum(closed.counts.values())) == ("answered", (), 52)


async def _settled(house: House) -> Tally:
    """How the answers stand when the last of them reached the consultation."""

    async def look() -> Tally | None:
        raw = await house.handle(consult_id(KEY, QUESTION)).query("standing", result_type=Tally)
        standing = Tally.model_validate(raw)
        is_whole = len(standing.missing) == len(SILENT) and not standing.counts["unknown"]
        return standing if is_whole else None

    return await until(look, "47 organizations are heard, ten of them by their second word")
