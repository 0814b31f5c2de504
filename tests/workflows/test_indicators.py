"""Indicators through the real parts: in by command, out by the release rule; classified words are not kept."""

import pytest

from bot.reading.indicators import indicators_for
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.command import Outcome
from playbooks.domain.errors import NotFound
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from tests.casts import reader
from tests.workflows.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")
EVIL = Indicator(kind=IndicatorKind.DOMAIN, value="evil.example")


async def test_what_is_put_in_is_read_by_the_parties_and_by_nobody_else(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do(
        "wfp-duty",
        "indicators.add",
        key,
        count=1,
        marking="TLP:AMBER",
        pap="PAP:RED",
        texts={"indicators": "domain evil.example"},
    )
    await house.do(
        "wfp-duty",
        "indicators.add",
        key,
        count=1,
        marking="TLP:RED",
        texts={"indicators": "url http://a.example/"},
    )
    case = await house.case(key)
    [found] = await indicators_for(house.muster.views, reader("UNHCR", case), key)
    assert (found.indicator, found.marking, found.pap) == (EVIL, Marking.AMBER, Pap.RED)
    assert found.organization == "WFP"
    assert len(await indicators_for(house.muster.views, reader("wfp-duty", case), key)) == 2
    [told] = await indicators_for(house.muster.views, reader("unhcr-duty", case, chatham_house=True), key)
    assert told.organization is None
    with pytest.raises(NotFound):
        await indicators_for(house.muster.views, reader("UNHCR", case, ceiling=Marking.GREEN), key)


async def test_words_under_a_foreign_label_are_refused_and_not_kept(house: House) -> None:
    key = await house.declared()
    said = house.command("unhcr-duty", "note", key, texts={"note": "NATO SECRET\nThe actor is known."})
    verdict = await house.gateway.submit(said)
    assert (verdict.outcome, verdict.code) == (Outcome.REFUSED, "foreign_classification")
    assert await house.gateway.submit(said) == verdict
    assert not await house.muster.ledger.texts(said.id)
    kinds = [each.kind async for _, each in house.muster.record.entries(key)]
    assert Kind.NOTE_ADD not in kinds
    [refused] = await house.muster.record.entries_by_id([verdict.entries[0]])  # type: ignore[list-item]
    assert (refused.kind, refused.texts) == (Kind.COMMAND_REFUSE, {})
