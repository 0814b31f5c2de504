"""A restricted incident is not there for all but the named: in lists, as a case, as a story."""

import pytest

from playbooks.domain.errors import NotFound
from playbooks.domain.ids import IncidentKey
from tests.casts import reader
from tests.workflows.house import House

pytestmark = pytest.mark.asyncio(loop_scope="session")

NAMED = ("unhcr-duty", "unhcr-legal")
OTHERS = ("unhcr-ciso", "unhcr-responder", "wfp-duty", "unicc-ciso", "UNHCR", "WFP", None)


async def _sees(house: House, who: str | None, key: IncidentKey) -> None:
    views = house.muster.views
    assert key in [line.key for line in await views.incidents(reader(who))]
    assert (await views.case(reader(who), key)).state.key == key
    assert await views.story(reader(who), key)


async def _sees_nothing(house: House, who: str | None, key: IncidentKey) -> None:
    views = house.muster.views
    assert key not in [line.key for line in await views.incidents(reader(who))]
    for read in (views.case, views.story):
        with pytest.raises(NotFound):
            await read(reader(who), key)


async def test_what_is_declared_restricted_is_known_to_the_named_alone(house: House) -> None:
    key = await house.declared(restricted=True, named=list(NAMED))
    for who in NAMED:
        await _sees(house, who, key)
    for nobody in OTHERS:
        await _sees_nothing(house, nobody, key)


async def test_what_was_said_before_the_restriction_is_the_nameds_from_then_on(house: House) -> None:
    key = await house.declared(joined=("WFP",))
    await house.do("wfp-duty", "note", key, texts={"note": "Said before."})
    for who in ("unhcr-ciso", "wfp-duty", "WFP"):
        await _sees(house, who, key)
    await house.do("unhcr-duty", "restrict", key, named=list(NAMED))
    for who in NAMED:
        await _sees(house, who, key)
    for nobody in OTHERS:
        await _sees_nothing(house, nobody, key)


async def test_who_is_not_named_is_told_that_there_is_no_such_incident(house: House) -> None:
    key = await house.declared(restricted=True, named=list(NAMED))
    nowhere = IncidentKey("INC-2026-9997")
    for who, verb, args in (
        ("unhcr-ciso", "note", {}),
        ("wfp-duty", "join", {}),
        ("unhcr-responder", "task.add", {"organization": "UNHCR"}),
        ("unhcr-ciso", "task.done", {"task": "UNHCR-1"}),
        ("wfp-ciso", "answer", {"consultation": "C-1", "option": "approve"}),
    ):
        told = await house.refused(who, verb, key, **args)
        there = await house.refused(who, verb, nowhere, **args)
        assert told.code == there.code == "not_found"
        assert told.sentence.replace(key, nowhere) == there.sentence
    await house.do("unhcr-legal", "note", key, texts={"note": "The named may."})
