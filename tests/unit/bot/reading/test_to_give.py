"""What an organization gives to a collection: nothing above the ceiling, nothing that is withheld from itself."""

import asyncio
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.composition.exchange import Exchange, read_collected, written
from bot.reading.indicators import taken_until, to_give
from bot.reading.triage import TriageBoard
from bot.reading.views import RecordViews
from integrations.simulated.no_groups import NoGroups
from integrations.simulated.reading import SimulatedReading
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.marking import Marking, strictest
from playbooks.domain.pap import Pap, strictest_pap
from playbooks.domain.release import release
from playbooks.indicators.named import Named
from tests.casts import NOON, UNHCR, WFP, Scene, declared, reader
from tests.unit.bot.reading.record_in_memory import RecordInMemory
from tests.worlds import no_playbook

VALUES = ("evil.example", "worse.example", "worst.example")
added = st.tuples(
    st.sampled_from(("unhcr-duty", "unhcr-ciso", "wfp-duty")),
    st.sampled_from(VALUES),
    st.sampled_from(Marking),
    st.sampled_from(Pap),
)


def collection(ceiling: Marking) -> Connection:
    id = connection_id(WFP, "sharing")
    return Connection(id=id, organization=WFP, vendor=Vendor.SIMULATED_SHARING, ceiling=ceiling)


def views(scene: Scene) -> RecordViews:
    record = RecordInMemory(scene.entries)
    board = TriageBoard(lambda _: NoGroups())
    return RecordViews(SimulatedReading(record), record, board, lambda: NOON, no_playbook)


def put_in(scene: Scene, who: str, value: str, marking: Marking, pap: Pap = Pap.GREEN, **more: Any) -> None:
    said = {"marking": marking.value, "pap": pap.value, "count": 1, **more}
    scene.do(who, "indicators.add", texts={"indicators": f"domain {value}"}, **said)


def given_by(scene: Scene, ceiling: Marking, domains: tuple[str, ...] | None = None) -> tuple[Named, ...]:
    return asyncio.run(to_give(views(scene), collection(ceiling), scene.key, domains=domains))


@settings(max_examples=40, deadline=None)
@given(
    marking=st.sampled_from(list(Marking)[:-1]),
    ceiling=st.sampled_from(Marking),
    puts=st.lists(added, max_size=6),
)
def test_what_goes_out_is_neither_above_the_ceiling_nor_withheld(
    marking: Marking, ceiling: Marking, puts: list[tuple[str, str, Marking, Pap]]
) -> None:
    scene = declared(joined=("WFP",), marking=marking.value)
    for who, value, label, pap in puts:
        put_in(scene, who, value, label, pap)
    party = reader("WFP", scene.case)
    known = [entry for entry in scene.entries if "texts" in release(entry, party)]
    found = {each.indicator.value: each for each in given_by(scene, ceiling)}
    for value in VALUES:
        labels = [
            (entry.marking, Pap(entry.data["pap"]))
            for entry in known
            if entry.texts.get("indicators") == f"domain {value}"
        ]
        bound = strictest(*(label for label, _ in labels))
        if not labels or bound is Marking.RED or not bound.within(ceiling):
            assert value not in found
        else:
            assert (found[value].marking, found[value].pap) == (
                bound,
                strictest_pap(*(pap for _, pap in labels)),
            )


def test_a_stricter_label_above_the_ceiling_keeps_an_indicator_in() -> None:
    scene = declared(joined=("WFP",))
    put_in(scene, "unhcr-duty", "evil.example", Marking.GREEN)
    assert [each.indicator.value for each in given_by(scene, Marking.GREEN)] == ["evil.example"]
    put_in(scene, "wfp-duty", "evil.example", Marking.AMBER)
    assert given_by(scene, Marking.GREEN) == ()


def test_whose_the_others_are_is_not_told_and_unnamed_go_ones_own_alone() -> None:
    scene = declared(joined=("WFP",))
    put_in(scene, "unhcr-duty", "evil.example", Marking.GREEN)
    put_in(scene, "wfp-duty", "worse.example", Marking.GREEN)
    found = given_by(scene, Marking.GREEN)
    text = written(Exchange.STIX, found, NOON, incident=scene.key, organization=WFP).decode()
    assert len(found) == 2
    assert UNHCR not in text
    [own] = given_by(scene, Marking.GREEN, ("wfp.org",))
    assert own.indicator == Indicator(kind=IndicatorKind.DOMAIN, value="worse.example")


def test_the_same_goes_out_as_the_same_objects_and_a_stricter_label_makes_a_new_version() -> None:
    scene = declared(joined=("WFP",))
    put_in(scene, "wfp-duty", "evil.example", Marking.CLEAR)

    def objects() -> dict[str, Any]:
        found = given_by(scene, Marking.AMBER)
        content = written(Exchange.STIX, found, NOON, incident=scene.key, organization=WFP)
        [one] = [each for each in _listed(content) if each["type"] == "indicator"]
        return one

    first = objects()
    assert objects() == first
    put_in(scene, "unhcr-duty", "evil.example", Marking.CLEAR)
    assert objects() == first
    put_in(scene, "unhcr-duty", "evil.example", Marking.AMBER)
    relabelled = objects()
    assert (relabelled["id"], relabelled["created"]) == (first["id"], first["created"])
    assert relabelled["modified"] > first["modified"]


@settings(max_examples=25, deadline=None)
@given(puts=st.lists(added, min_size=1, max_size=6))
def test_what_was_given_comes_back_as_the_same_under_the_same_labels(
    puts: list[tuple[str, str, Marking, Pap]],
) -> None:
    scene = declared(joined=("WFP",))
    for who, value, label, pap in puts:
        put_in(scene, who, value, label, pap)
    found = given_by(scene, Marking.AMBER_STRICT)
    if not found:
        return
    content = written(Exchange.STIX, found, NOON, incident=scene.key, organization=WFP)
    back = read_collected(_listed(content))
    came = {(one, group.marking, group.pap) for group in back.brought for one in group.indicators}
    assert came == {(each.indicator, each.marking, each.pap) for each in found}
    assert (back.left_out, back.broken) == (0, ())


async def test_where_an_incident_came_to_in_a_collection_stands_in_its_record() -> None:
    scene = declared(joined=("WFP",))
    there = collection(Marking.GREEN).id
    for until in ("2026-11-22T10:00:00.000001Z", "2026-11-22T11:00:00Z"):
        put_in(scene, "wfp-duty", f"h{until[11:13]}.example", Marking.GREEN, connection=there, until=until)
    put_in(
        scene,
        "wfp-duty",
        "other.example",
        Marking.GREEN,
        connection="wfp/other",
        until="2027-01-01T00:00:00Z",
    )
    who = reader("wfp-duty", scene.case)
    assert await taken_until(views(scene), who, scene.key, there) == "2026-11-22T11:00:00Z"
    assert await taken_until(views(scene), who, scene.key, connection_id(WFP, "none")) == ""


def _listed(content: bytes) -> list[dict[str, Any]]:
    objects: list[dict[str, Any]] = json.loads(content)["objects"]
    return objects


@pytest.mark.parametrize("ceiling", Marking)
def test_what_is_for_named_persons_goes_to_no_collection(ceiling: Marking) -> None:
    scene = declared(joined=("WFP",))
    put_in(scene, "wfp-duty", "evil.example", Marking.RED)
    assert given_by(scene, ceiling) == ()
