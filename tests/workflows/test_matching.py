"""Two organizations with the same attack are asked, and introduced when both agree; through the real parts."""

from typing import Any

import pytest

from bot.composition.worker import matching
from bot.matching.rounds import Matching
from playbooks.domain.circle.matching import Standing
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from tests.casts import reader
from tests.workflows.house import House, until

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def found(house: House, who: str, lines: str, **said: Any) -> IncidentKey:
    verdict = await house.do(who, "declare", None, severity="high", texts={"title": "Phishing"}, **said)
    assert verdict.incident
    await house.do(
        who,
        "indicators.add",
        verdict.incident,
        count=1,
        texts={"indicators": lines},
    )
    return verdict.incident


async def standing(house: House, rounds: Matching, key: IncidentKey, wanted: Standing | None) -> None:
    async def look() -> bool:
        await rounds.step()
        return [each.standing for each in (await house.case(key)).state.matches.values()] == [wanted]

    await until(look, f"{key} has a match that is {wanted}")


async def entries(house: House, key: IncidentKey, kind: Kind) -> list[Entry]:
    return [each async for _, each in house.muster.record.entries(key) if each.kind == kind]


async def test_two_with_the_same_attack_are_introduced_when_both_agree(house: House) -> None:
    ours = await found(house, "unhcr-duty", "domain twins.example")
    theirs = await found(house, "wfp-duty", "domain twins.example")
    hidden = await found(house, "unicc-duty", "domain twins.example", restricted=True)
    other = await found(house, "unicc-duty", "domain alone.example")
    rounds = matching(house.muster)
    await standing(house, rounds, ours, Standing.ASKED)
    await standing(house, rounds, theirs, Standing.ASKED)
    [question] = await entries(house, ours, Kind.QUESTION_OPEN)
    assert not {"WFP", theirs, "twins.example"} & set(str(question.model_dump()).replace("'", " ").split())
    await house.do("unhcr-ciso", "answer", ours, consultation="C-1", option="approve")
    await standing(house, rounds, ours, Standing.AGREED)
    assert not await entries(house, ours, Kind.MATCH_INTRODUCE), "one of two is not enough"
    await house.do("wfp-ciso", "answer", theirs, consultation="C-1", option="approve")
    await standing(house, rounds, ours, Standing.INTRODUCED)
    await standing(house, rounds, theirs, Standing.INTRODUCED)
    [match] = (await house.case(ours)).state.matches.values()
    assert (match.organization, match.other) == ("WFP", theirs)
    told = await house.muster.views.story(reader("unhcr-duty", await house.case(ours)), ours)
    assert any(theirs in str(each.slots) for each in told)
    for alone in (hidden, other):
        assert not (await house.case(alone)).state.matches
