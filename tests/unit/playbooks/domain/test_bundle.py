"""A bundle proves itself offline, withheld parts included, and every change of it is named."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.domain.bundle import Bundle
from playbooks.domain.bundle_check import verify_bundle
from playbooks.domain.slots import SLOTS
from playbooks.domain.verification import Damage, Report
from tests.record_samples import bundle

SOUND = bundle((2, 3, 1, 4))
RAW = SOUND.to_bytes()
TRUSTED = {SOUND.signature.key_id: SOUND.signature.public_key}
CHATHAM = bundle((2, 3), lambda _: set(SLOTS) - {"actor", "organization"})
HIDDEN = bundle((2, 3), lambda number: SLOTS if number == 2 else ())


def changed(change: Callable[[dict[str, Any]], object], raw: bytes = RAW) -> Report:
    written = json.loads(raw)
    change(written)
    return verify_bundle(json.dumps(written).encode(), TRUSTED)


def found(report: Report) -> tuple[Damage, int | None]:
    assert report.first_problem is not None
    return report.first_problem.kind, report.first_problem.position


def renumber(written: dict[str, Any]) -> None:
    for position, entry in enumerate(written["entries"], start=1):
        entry["position"] = position


def test_a_sound_bundle_verifies_and_says_what_it_cannot_vouch_for() -> None:
    report = verify_bundle(RAW, TRUSTED)
    assert (report.ok, report.entries, report.withheld) == (True, 10, 0)
    assert any("--witness" in sentence for sentence in report.not_protected)
    assert any("taken from the bundle itself" in sentence for sentence in verify_bundle(RAW).not_protected)


def test_a_bundle_is_read_back_as_it_was_written() -> None:
    for each in (SOUND, CHATHAM, HIDDEN):
        assert Bundle.from_bytes(each.to_bytes()) == each


def test_under_chatham_house_authors_are_withheld_and_the_rest_is_proven() -> None:
    assert verify_bundle(CHATHAM.to_bytes(), TRUSTED).ok
    assert b"unhcr-ciso" not in CHATHAM.to_bytes()
    assert b'"actor":["' not in CHATHAM.to_bytes()


def test_entries_withheld_as_a_whole_tell_nothing_and_are_counted() -> None:
    report = verify_bundle(HIDDEN.to_bytes(), TRUSTED)
    assert (report.ok, report.entries, report.withheld) == (True, 5, 4)
    others = [entry for entry in json.loads(HIDDEN.to_bytes())["entries"] if entry["position"] != 2]
    assert others == [{"position": position} for position in (1, 3, 4, 5)]


def test_withholding_more_of_a_bundle_leaves_it_sound() -> None:
    assert changed(lambda written: written["entries"].__setitem__(3, {"position": 4})).ok


def test_a_key_that_is_not_trusted_is_said_plainly() -> None:
    report = verify_bundle(RAW, {"0123456789abcdef": b"another key"})
    assert found(report) == (Damage.UNKNOWN_KEY, None)
    assert "not among those you trust" in str(report.first_problem)


@pytest.mark.parametrize("slot", SLOTS)
def test_an_altered_slot_names_its_entry(slot: str) -> None:
    def alter(written: dict[str, Any]) -> None:
        written["entries"][6]["shown"][slot][1] = "altered"

    report = changed(alter)
    assert found(report) == (Damage.ALTERED_ENTRY, 7)
    assert report.first_problem is not None
    assert (
        report.first_problem.sentence == "Entry 7 (INC-2026-0001/7) of INC-2026-0001 was altered or replaced."
    )


def test_an_altered_salt_names_its_entry() -> None:
    def alter(written: dict[str, Any]) -> None:
        written["entries"][6]["shown"]["data"][0] = "A" * 22

    assert found(changed(alter)) == (Damage.ALTERED_ENTRY, 7)


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("leaves_too", [False, True])
@pytest.mark.parametrize("at", [0, 3, 5, 8])
def test_a_removed_entry_is_named(at: int, *, renumbered: bool, leaves_too: bool) -> None:
    def remove(written: dict[str, Any]) -> None:
        del written["entries"][at]
        if leaves_too:
            del written["leaves"][at]
        if renumbered:
            renumber(written)

    first_of_its_batch = {0: 1, 3: 3, 5: 6, 8: 7}[at]
    if not (renumbered and leaves_too):
        assert found(changed(remove)) == (Damage.REMOVED, at + 1)
    elif at == 8:
        assert found(changed(remove)) == (Damage.TRUNCATED, 10)
        assert "or one from 7 on was taken out" in str(changed(remove).first_problem)
    else:
        assert found(changed(remove)) == (Damage.REMOVED, first_of_its_batch)


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("leaves_too", [False, True])
@pytest.mark.parametrize("at", [0, 3, 5, 9])
def test_an_inserted_entry_is_named(at: int, *, renumbered: bool, leaves_too: bool) -> None:
    stranger = json.loads(bundle((11,)).to_bytes())

    def insert(written: dict[str, Any]) -> None:
        written["entries"].insert(at, {**stranger["entries"][10], "position": at + 1})
        if leaves_too:
            written["leaves"].insert(at, stranger["leaves"][10])
        if renumbered:
            renumber(written)

    kind, position = found(changed(insert))
    assert kind is Damage.INSERTED
    assert position in ({at + 1} if renumbered else {at + 1, at + 2})


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("leaves_too", [False, True])
@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 7), (5, 9), (8, 9)])
def test_swapped_entries_are_named(one: int, other: int, *, renumbered: bool, leaves_too: bool) -> None:
    def swap(written: dict[str, Any]) -> None:
        for swapped in [written["entries"], *([written["leaves"]] if leaves_too else [])]:
            swapped[one], swapped[other] = swapped[other], swapped[one]
        if renumbered:
            renumber(written)

    assert found(changed(swap)) == (Damage.SWAPPED, one + 1)


@pytest.mark.parametrize("leaves_too", [False, True])
@pytest.mark.parametrize("left", [0, 2, 6])
def test_a_truncated_bundle_says_from_where(left: int, *, leaves_too: bool) -> None:
    def cut(written: dict[str, Any]) -> None:
        del written["entries"][left:]
        if leaves_too:
            del written["leaves"][left:]

    assert found(changed(cut)) == (Damage.TRUNCATED, left + 1)


def test_a_truncated_bundle_with_an_earlier_head_of_its_own_making_is_not_in_the_log() -> None:
    def cut(written: dict[str, Any]) -> None:
        del written["entries"][5:], written["leaves"][5:], written["heads"][2:]
        size, root = written["heads"].pop()
        written["head"] |= {"size": size, "root": root}

    assert found(changed(cut)) == (Damage.HEAD_NOT_IN_LOG, None)


def test_an_altered_leaf_leaves_its_entry_sound() -> None:
    def alter(written: dict[str, Any]) -> None:
        written["leaves"][4] = written["leaves"][5]

    assert found(changed(alter)) == (Damage.ALTERED_LEAF, 5)


def test_an_altered_earlier_head_is_not_blamed_on_the_entries() -> None:
    def alter(written: dict[str, Any]) -> None:
        written["heads"][1][1] = written["heads"][0][1]

    assert found(changed(alter)) == (Damage.ALTERED_HEAD, 3)


def test_an_entry_without_each_slot_once_is_malformed() -> None:
    def drop(written: dict[str, Any]) -> None:
        del written["entries"][2]["shown"]["cause"]

    assert found(changed(drop)) == (Damage.MALFORMED, 3)


def test_an_altered_signature_is_named() -> None:
    def alter(written: dict[str, Any]) -> None:
        written["signature"]["head"]["size"] += 1

    assert found(changed(alter)) == (Damage.HEAD_NOT_SIGNED, None)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{}",
        b"[1]",
        b"\xff",
        b"null",
        b"[" * 100_000,
        RAW[:-1],
        RAW.replace(b'"v":1', b'"v":2'),
        RAW.replace(b'"v":1', b'"v":1,"v":1'),
        RAW.replace(b'"v":1', b'"v":1,"more":1'),
        RAW.replace(b'"number":1', b'"number":1e400'),
        RAW.replace(b"INC-2026-0001/1", b"\\ud800"),
    ],
)
def test_what_is_no_bundle_is_said_to_be_none_in_a_sentence(raw: bytes) -> None:
    report = verify_bundle(raw, TRUSTED)
    assert not report.ok
    assert report.first_problem is not None
    assert "\n" not in report.first_problem.sentence


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([RAW, CHATHAM.to_bytes(), HIDDEN.to_bytes()]), st.data())
def test_no_byte_can_be_altered_unseen(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw) - 1))
    altered = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    report = verify_bundle(altered, TRUSTED)
    assert not report.ok or Bundle.from_bytes(altered) == Bundle.from_bytes(raw)


def test_the_vector_of_the_documentation_verifies() -> None:
    page = (Path(__file__).parents[4] / "docs" / "record.md").read_text(encoding="utf-8")
    vector = page.partition("```json\n")[2].partition("\n```")[0]
    report = verify_bundle(vector.encode(), TRUSTED)
    assert (report.ok, report.entries, report.withheld) == (True, 3, 1)
