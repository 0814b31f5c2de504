"""Indicators through the real parts: in by command, out by the release rule; classified words are not kept."""

from typing import cast

import pytest

from bot.cli.indicators import Took, take_from
from bot.reading.indicators import indicators_for
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.command import Outcome
from playbooks.domain.document import plain
from playbooks.domain.entry import Entry
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.ports.sharing import SharingPort
from tests.casts import reader
from tests.contract.sharing import giving, stix_indicator
from tests.workflows.house import House, until

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


async def test_indicators_are_given_to_a_collection_through_the_door_and_its_room_hears_of_it(
    house: House,
) -> None:
    key = await house.declared(joined=("WFP",))
    for marking, name in (("TLP:GREEN", "given.example"), ("TLP:AMBER", "kept.example")):
        said = {"count": 1, "marking": marking, "texts": {"indicators": f"domain {name}"}}
        await house.do("wfp-duty", "indicators.add", key, **said)
    before = len(house.muster.world.things("unhcr/sharing", "object"))

    reply = await house.say("unhcr-duty", f"{key} indicators give sharing")
    assert "unhcr/sharing" in plain(reply.document)
    ended = await until(lambda: _ended(house, key, 1), "the indicators were given")

    assert ended[0].data["state"] == "done"
    assert len(ended[0].data["sent"]) == 64
    held = [thing.state["object"] for thing in house.muster.world.things("unhcr/sharing", "object")][before:]
    assert [each["name"] for each in held if each["type"] == "indicator"] == ["given.example"]
    assert "WFP" not in str(held)
    assert "kept.example" not in str(held)

    await house.say("unhcr-duty", f"{key} indicators give")
    again = await until(lambda: _ended(house, key, 2), "they were given again")
    assert "present" in again[1].data["given"]
    assert "taken" not in again[1].data["given"]

    async def told() -> bool:
        posted = house.muster.world.things("unhcr/chat", "message")
        texts = [
            str(thing.state) for thing in posted if key in str(thing.state) or "sharing" in str(thing.state)
        ]
        return any("objects taken in" in text for text in texts)

    await until(told, "the room is told what came of it")


async def _ended(house: House, key: IncidentKey, many: int) -> list[Entry] | None:
    entries = [each async for _, each in house.muster.record.entries(key)]
    found = [
        each
        for each in entries
        if each.kind == Kind.EFFECT_CONCLUDE and each.data["action"] == "indicators.give"
    ]
    return found if len(found) == many else None


async def test_what_a_collection_holds_is_taken_once_and_from_where_one_came_to(house: House) -> None:
    key = await house.declared()
    person = house.muster.directory.person("unhcr-duty")
    there = ConnectionId("unhcr/sharing")
    port = cast("SharingPort", house.muster.connections.port(there))
    begun = (await port.take()).until
    bad = stix_indicator(8, valid_from="never")
    await port.give(giving(stix_indicator(7), bad, occasion=key))

    first = await take_from(house.muster, person, key, there, begun)
    assert (first.recorded, first.broken) == (1, (bad["id"],))
    [found] = await indicators_for(house.muster.views, reader("unhcr-duty", await house.case(key)), key)
    assert (found.indicator.value, found.marking, found.pap) == ("203.0.113.7", Marking.GREEN, Pap.AMBER)
    [entry] = [each async for _, each in house.muster.record.entries(key) if each.kind == Kind.INDICATORS_ADD]
    assert (entry.data["came"], entry.data["connection"]) == ("taxii", there)

    await port.give(giving(stix_indicator(9), occasion=f"{key}-2"))
    assert await take_from(house.muster, person, key, there) == Took(1, 0, ()), "from where it came to"
    assert (await take_from(house.muster, person, key, there, begun)).recorded == 0, "it is known already"
