"""Indicators go out as STIX 2.1 and MISP and come in again as the same, with the same labels, and no wider."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st
from pymisp import MISPEvent

from bot.composition.exchange import Exchange, not_known, read, read_collected, written
from integrations.exchange.stix_markings import EXTENSION, TLP_1, TLP_2
from playbooks.domain.alert import Indicator, IndicatorKind
from playbooks.domain.errors import Malformed, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.marking import Marking
from playbooks.domain.pap import Pap
from playbooks.indicators.named import Named

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
EVERY = {
    IndicatorKind.IP_ADDRESS: ("203.0.113.7", "2001:db8::7", "198.51.100.0/24"),
    IndicatorKind.DOMAIN: ("evil.example", "xn--bcher-kva.example"),
    IndicatorKind.URL: ("https://evil.example/it's?a=1", "http://203.0.113.7:8080/x"),
    IndicatorKind.EMAIL: ("billing@evil.example",),
    IndicatorKind.FILE_HASH: ("d" * 32, "a" * 40, "0" * 64, "f" * 128),
    IndicatorKind.FILE_NAME: ("invoice.pdf.exe", "C:\\Temp\\it's.dll"),
}
INDICATORS = [Indicator(kind=kind, value=value) for kind, values in EVERY.items() for value in values]
named = st.builds(
    Named,
    indicator=st.sampled_from(INDICATORS),
    marking=st.sampled_from(Marking),
    pap=st.sampled_from(Pap),
    organization=st.just(OrganizationCode("WFP")),
    at=st.just(NOON),
)


def one(marking: Marking = Marking.GREEN, pap: Pap = Pap.GREEN, **more: Any) -> Named:
    return Named(indicator=INDICATORS[3], marking=marking, pap=pap, at=NOON, **more)


@pytest.mark.parametrize("form", Exchange)
@settings(max_examples=25)
@given(found=st.lists(named, min_size=1, max_size=8, unique_by=lambda each: each.indicator))
def test_what_goes_out_comes_in_as_the_same_under_the_same_labels(form: Exchange, found: list[Named]) -> None:
    back = read(form, written(form, found, NOON, incident="INC-2026-0001", organization="UNHCR"))
    came = {(each, group.pap) for group in back.brought for each in group.indicators}
    assert came == {(each.indicator, each.pap) for each in found}
    labels = {each: group.marking for group in back.brought for each in group.indicators}
    strictest = max((each.marking for each in found), key=lambda each: each.strictness)
    for each in found:  # in MISP the event's label bounds its attributes
        assert labels[each.indicator] is (each.marking if form is Exchange.STIX else strictest)
    assert not back.left_out


@pytest.mark.parametrize("marking", Marking)
def test_tlp_2_is_written_as_oasis_published_it(marking: Marking) -> None:
    bundle = json.loads(written(Exchange.STIX, [one(marking)], NOON, organization="UNHCR"))
    [definition] = [each for each in bundle["objects"] if each["id"] == TLP_2[marking]]
    level = marking.value.removeprefix("TLP:").lower()
    assert definition == {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": TLP_2[marking],
        "created": "2022-10-01T00:00:00.000Z",
        "name": marking.value,
        "extensions": {EXTENSION: {"extension_type": "property-extension", "tlp_2_0": level}},
    }


def test_the_same_indicators_on_the_same_day_are_the_same_bytes() -> None:
    first, again = (written(Exchange.STIX, [one()], NOON, organization="UNHCR") for _ in range(2))
    assert first == again


def test_the_libraries_read_what_is_written() -> None:
    found = [Named(indicator=each, marking=Marking.AMBER, at=NOON) for each in INDICATORS]
    bundle = stix2.parse(written(Exchange.STIX, found, NOON, organization="UNHCR"), allow_custom=False)
    patterns = {each.pattern for each in bundle.objects if each.type == "indicator"}
    assert "[file:hashes.'SHA-256' = '" + "0" * 64 + "']" in patterns
    event = MISPEvent()
    event.load(written(Exchange.MISP, found, NOON, organization="UNHCR").decode())
    assert len(event.attributes) == len(INDICATORS)
    assert (event.distribution, event.published) == (1, False)


@pytest.mark.parametrize("form", Exchange)
def test_what_is_unnamed_tells_no_incident_no_organization_and_no_hour(form: Exchange) -> None:
    text = written(form, [one(organization=OrganizationCode("WFP"))], NOON).decode()
    assert not [word for word in ("WFP", "UNHCR", "INC-", "12:00") if word in text]
    assert str(int(NOON.timestamp())) not in text


def test_strict_material_stays_with_the_organization_that_takes_it_in() -> None:
    text = written(Exchange.MISP, [one(Marking.AMBER_STRICT)], NOON, organization="UNHCR")
    assert json.loads(text)["Event"]["distribution"] == "0"


def bundle_of(pattern: str, *refs: str, definitions: tuple[dict[str, Any], ...] = (), **more: Any) -> bytes:
    indicator = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": "indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f",
        "created": "2026-11-22T12:00:00.000Z",
        "modified": "2026-11-22T12:00:00.000Z",
        "valid_from": "2026-11-22T12:00:00Z",
        "pattern": pattern,
        "pattern_type": "stix",
        "object_marking_refs": list(refs),
        **more,
    }
    if not refs:
        del indicator["object_marking_refs"]
    return json.dumps({"type": "bundle", "id": "bundle--1", "objects": [*definitions, indicator]}).encode()


NAMES = ("type", "objects", "id", "Event", "info", "Attribute", "Tag", "pattern")
EVIL = "[domain-name:value = 'evil.example']"


def labels_of(content: bytes) -> tuple[Marking, Pap]:
    [group] = read(Exchange.STIX, content).brought
    return group.marking, group.pap


@pytest.mark.parametrize(("ref", "marking"), TLP_1.items())
def test_tlp_1_reads_as_tlp_2(ref: str, marking: Marking) -> None:
    assert labels_of(bundle_of(EVIL, ref))[0] is marking


def test_what_nobody_marked_is_held_in_confidence() -> None:
    assert labels_of(bundle_of(EVIL)) == (Marking.AMBER_STRICT, Pap.AMBER)


def test_of_several_labels_the_strictest_holds_also_of_a_part() -> None:
    refs: dict[str, Any] = {
        "granular_markings": [{"marking_ref": TLP_2[Marking.RED], "selectors": ["pattern"]}]
    }
    assert labels_of(bundle_of(EVIL, TLP_2[Marking.CLEAR], **refs))[0] is Marking.RED


def test_a_marking_that_the_bundle_does_not_bring_counts_as_red() -> None:
    unknown = "marking-definition--00000000-0000-4000-8000-000000000001"
    assert labels_of(bundle_of(EVIL, unknown, TLP_2[Marking.CLEAR]))[0] is Marking.RED


def test_a_label_that_is_none_counts_as_red_and_the_chatham_house_rule_is_no_label() -> None:
    found = (
        attribute("url", "http://a.example/", "tlp:purple"),
        attribute("url", "http://b.example/", "tlp:ex:chr"),
    )
    [strange, plain] = read(Exchange.MISP, misp(*found, tags=("tlp:green",))).brought
    assert (strange.marking, plain.marking) == (Marking.RED, Marking.GREEN)


def statement(text: str) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--00000000-0000-4000-8000-000000000002",
        "created": "2026-11-22T12:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": text},
    }


def test_a_statement_may_say_pap_and_may_say_no_foreign_classification() -> None:
    pap = statement("PAP:RED")
    assert labels_of(bundle_of(EVIL, pap["id"], definitions=(pap,)))[1] is Pap.RED
    secret = statement("NATO RESTRICTED")
    with pytest.raises(Refused, match="NATO RESTRICTED"):
        read(Exchange.STIX, bundle_of(EVIL, secret["id"], definitions=(secret,)))


@pytest.mark.parametrize(
    "pattern",
    [
        "[domain-name:value = 'evil.example' AND url:value = 'http://good.example/']",
        "[domain-name:value = 'evil.example'] FOLLOWEDBY [url:value = 'http://good.example/']",
        "[domain-name:value LIKE 'evil%']",
        "[process:command_line = 'cmd']",
        "[domain-name:value = 'evil.example'] REPEATS 5 TIMES",
    ],
)
def test_what_is_bad_only_together_is_no_indicator_by_itself(pattern: str) -> None:
    received = read(Exchange.STIX, bundle_of(pattern))
    assert (received.brought, received.left_out) == ((), 1)


def test_either_of_several_is_an_indicator_each() -> None:
    either = "[ipv4-addr:value = '203.0.113.7' OR domain-name:value = 'it\\\\'s'] OR [url:value = 'http://a.example/']"
    assert read(Exchange.STIX, bundle_of(either.replace("it\\\\'s", "evil.example"))).brought[
        0
    ].indicators == (
        Indicator(kind=IndicatorKind.IP_ADDRESS, value="203.0.113.7"),
        Indicator(kind=IndicatorKind.DOMAIN, value="evil.example"),
        Indicator(kind=IndicatorKind.URL, value="http://a.example/"),
    )


def misp(*attributes: dict[str, Any], tags: tuple[str, ...] = (), info: str = "Phishing") -> bytes:
    event = {"info": info, "Tag": [{"name": tag} for tag in tags], "Attribute": list(attributes)}
    return json.dumps({"Event": event}).encode()


def attribute(type: str, value: str, *tags: str, to_ids: bool = True) -> dict[str, Any]:
    return {"type": type, "value": value, "to_ids": to_ids, "Tag": [{"name": tag} for tag in tags]}


def test_a_misp_event_gives_what_is_for_detection_and_names_no_victim() -> None:
    received = read(
        Exchange.MISP,
        misp(
            attribute("ip-dst|port", "203.0.113.7|443", "PAP:GREEN"),
            attribute("filename|md5", "a.exe|" + "d" * 32),
            attribute("email-dst", "someone@wfp.org"),
            attribute("domain", "good.example", to_ids=False),
            attribute("no-such-type", "x"),
            tags=("tlp:amber+strict", "misp-galaxy:x"),
        ),
    )
    assert {group.marking for group in received.brought} == {Marking.AMBER_STRICT}
    assert {each.value for group in received.brought for each in group.indicators} == {
        "203.0.113.7",
        "a.exe",
        "d" * 32,
    }
    assert received.left_out == 3


def test_an_attribute_cannot_be_wider_than_its_event() -> None:
    [group] = read(
        Exchange.MISP, misp(attribute("url", "http://a.example/", "tlp:white"), tags=("tlp:red",))
    ).brought
    assert group.marking is Marking.RED


@pytest.mark.parametrize("bad", [misp(info="NATO SECRET"), misp(tags=('nato:classification="NS"',))])
def test_an_event_under_foreign_classification_is_refused_whole(bad: bytes) -> None:
    with pytest.raises(Refused, match="label “N"):
        read(Exchange.MISP, bad)


@pytest.mark.parametrize("form", Exchange)
@given(
    content=st.binary(max_size=60)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(NAMES),
                inner,
            )
        ),
        max_leaves=12,
    ).map(lambda each: json.dumps(each).encode())
)
def test_whatever_a_file_holds_it_is_read_or_refused_in_a_sentence(form: Exchange, content: bytes) -> None:
    try:
        read(form, content)
    except (Malformed, Refused) as error:
        assert error.sentence  # noqa: PT017  it is read, or else it says why not


def test_nothing_to_give_is_said() -> None:
    with pytest.raises(NotFound):
        written(Exchange.STIX, [], NOON)


def test_of_what_many_hold_the_broken_is_named_and_the_rest_taken() -> None:
    [good] = json.loads(bundle_of("[domain-name:value = 'evil.example']", TLP_2[Marking.GREEN]))["objects"]
    classified = {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": "marking-definition--a16f2e33-d5f4-4e6a-8e3f-7d8d5f0c4f11",
        "created": "2026-11-01T00:00:00.000Z",
        "definition_type": "statement",
        "definition": {"statement": "NATO SECRET"},
    }

    def alike(number: int, **more: Any) -> dict[str, Any]:
        id = f"indicator--8e2e2d2b-17d4-4cbf-938f-{number:012}"
        return {**good, "id": id, "pattern": f"[domain-name:value = 'h{number}.example']", **more}

    broken = [
        alike(1, valid_from="never"),
        alike(2, name="NATO SECRET"),
        alike(3, object_marking_refs=[classified["id"]]),
        {"id": "x\x1b[2J" + "y" * 200},
        {},
    ]
    read_so = read_collected([classified, *broken, good, {"type": "malware", "id": "malware--1"}])
    [group] = read_so.brought
    assert (group.marking, [each.value for each in group.indicators]) == (Marking.GREEN, ["evil.example"])
    assert read_so.left_out == 1
    assert read_so.broken == (
        classified["id"],
        *(each["id"] for each in broken[:3]),
        "x[2J" + "y" * 76,
        "An object without an id",
    )
    with pytest.raises(Refused):
        read(Exchange.STIX, json.dumps({"type": "bundle", "objects": [classified, good]}).encode())


def test_what_stands_in_the_record_under_labels_as_strict_is_not_taken_again() -> None:
    content = written(Exchange.STIX, [one(Marking.AMBER, Pap.AMBER)], NOON, organization="UNHCR")
    received = read(Exchange.STIX, content)
    assert not_known(received, [one(Marking.AMBER, Pap.RED)]).brought == ()
    for known in ([], [one(Marking.GREEN, Pap.RED)], [one(Marking.RED, Pap.GREEN)]):
        assert not_known(received, known).brought == received.brought
