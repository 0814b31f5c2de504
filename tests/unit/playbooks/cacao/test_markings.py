"""The marking of a playbook, and the form of ids and times."""

from datetime import UTC, datetime

import pytest

from playbooks.cacao.identifiers import is_identifier, moment, playbook_id
from playbooks.cacao.markings import OFFICIAL_TLP, marking_of
from playbooks.domain.marking import Marking
from tests.unit.playbooks.cacao.samples import GOOD, Document, playbook

STATEMENT = {
    "type": "marking-statement",
    "id": "marking-statement--x",
    "statement": "Ours",
    "created_by": "identity--x",
    "created": "2026-01-01T00:00:00.000Z",
}


def marked(*definitions: Document, names: tuple[str, ...] = ()) -> Marking:
    listed = [definition["id"] for definition in definitions] + list(names)
    document = GOOD | {
        "markings": listed,
        "data_marking_definitions": {one["id"]: one for one in definitions},
    }
    return marking_of(playbook(document))


def tlp(label: str) -> Document:
    return dict(OFFICIAL_TLP[label])


def test_the_strictest_of_several_applies() -> None:
    assert marked(tlp("TLP:GREEN"), tlp("TLP:AMBER"), tlp("TLP:CLEAR")) is Marking.AMBER
    assert marked(tlp("TLP:GREEN"), STATEMENT) is Marking.GREEN


def test_what_nobody_defines_or_stands_by_is_red() -> None:
    assert marked(tlp("TLP:GREEN"), names=("marking-tlp--gone",)) is Marking.RED
    assert marked(tlp("TLP:GREEN") | {"revoked": True}) is Marking.RED
    assert marked(tlp("TLP:GREEN") | {"tlpv2_level": "TLP:WHITE"}) is Marking.RED
    assert marked(STATEMENT) is Marking.RED


def test_without_any_marking_there_is_no_limit() -> None:
    assert marking_of(playbook(GOOD)) is Marking.CLEAR


def test_a_shorthand_label_is_the_official_object() -> None:
    text = "playbook: x\ncreated: 2026-01-10T08:00:00.000Z\nmarkings: [TLP:AMBER+STRICT]\nsteps: [{step: A, task: a}]\n"
    book = playbook(text)
    assert marking_of(book) is Marking.AMBER_STRICT
    (definition,) = book.data_marking_definitions.values()
    assert definition.as_json() == OFFICIAL_TLP["TLP:AMBER+STRICT"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-10T08:00:00Z", datetime(2026, 1, 10, 8, tzinfo=UTC)),
        ("2026-01-10T08:00:00.25Z", datetime(2026, 1, 10, 8, 0, 0, 250_000, tzinfo=UTC)),
        ("2026-01-10T08:00:00.123456789Z", datetime(2026, 1, 10, 8, 0, 0, 123_456, tzinfo=UTC)),
        ("2026-12-31T23:59:60Z", datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2026-02-30T08:00:00Z", None),
        ("2026-01-10T08:00:00+00:00", None),
        ("2026-01-10 08:00:00Z", None),
        ("2026-01-10T08:00:00.Z", None),
        ("", None),
    ],
)
def test_a_time_is_utc_and_written_so(text: str, meant: datetime | None) -> None:
    assert moment(text) == meant


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("action--3e3f39eb-477e-4197-9de6-6d334076eb4e", True),
        ("if-condition--3E3F39EB-477E-4197-9DE6-6D334076EB4E", True),
        ("action--3e3f39eb-477e-9197-9de6-6d334076eb4e", False),
        ("Action--3e3f39eb-477e-4197-9de6-6d334076eb4e", False),
        ("action-3e3f39eb-477e-4197-9de6-6d334076eb4e", False),
        ("action--3e3f39eb-477e-4197-9de6-6d334076eb4e\n", False),
        ("--3e3f39eb-477e-4197-9de6-6d334076eb4e", False),
    ],
)
def test_an_identifier_has_its_form(text: str, *, is_one: bool) -> None:
    assert is_identifier(text) is is_one


def test_the_id_of_a_playbook_without_one_is_the_standards() -> None:
    # UUIDv5 in the standard's namespace over the canonical form of name and types.
    assert playbook_id("A", ["mitigation"]) == playbook_id("A", ["mitigation"]) != playbook_id("A", [])
    assert playbook_id("A", []).startswith("playbook--")
    assert playbook_id("A", [])[-22] == "5"


def test_an_official_id_with_a_wider_label_widens_nothing() -> None:
    assert marked({**OFFICIAL_TLP["TLP:RED"], "tlpv2_level": "TLP:CLEAR"}) is Marking.RED


def test_a_marking_of_no_known_type_counts_as_the_strictest() -> None:
    assert marked(OFFICIAL_TLP["TLP:GREEN"], {**STATEMENT, "type": "marking-x"}) is Marking.RED
