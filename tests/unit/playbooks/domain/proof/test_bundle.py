"""A bundle proves itself offline, withheld parts included, and every change of it is named."""

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from playbooks.domain.proof.bundle import read_items, read_opening
from playbooks.domain.proof.bundle_check import verify_bundle
from playbooks.domain.proof.slots import SLOTS, b64
from playbooks.domain.proof.verification import Damage, Report
from tests.record_samples import bundle

SOUND = bundle((2, 3, 1, 4))
RAW = SOUND.to_bytes()
TRUSTED = SOUND.trusted
CHATHAM = bundle((2, 3), lambda _: set(SLOTS) - {"actor", "organization"})
HIDDEN = bundle((2, 3), lambda number: SLOTS if number == 2 else ())


class Written:
    """A bundle taken apart line by line, to be changed and put together again."""

    def __init__(self, raw: bytes) -> None:
        opening, *lines = raw.decode().splitlines()
        self.opening: dict[str, Any] = json.loads(opening)
        self.items: list[tuple[dict[str, Any], list[str]]] = []
        for line in lines:
            if line.startswith("["):
                self.items[-1][1].append(line)
            else:
                self.items.append((json.loads(line), []))

    @property
    def entries(self) -> list[tuple[dict[str, Any], list[str]]]:
        return [item for item in self.items if "root" not in item[0]]

    @property
    def roots(self) -> list[dict[str, Any]]:
        return [item[0] for item in self.items if "root" in item[0]]

    def place(self, number: int) -> int:
        """Where among the items the entry of this index stands."""
        return self.items.index(self.entries[number])

    def renumber(self) -> None:
        for position, (line, _) in enumerate(self.entries, start=1):
            line["position"] = position

    def to_bytes(self) -> bytes:
        lines = [json.dumps(self.opening)]
        for line, shown in self.items:
            lines += [json.dumps(line), *shown]
        return "".join(f"{line}\n" for line in lines).encode()


def verified(raw: bytes) -> Report:
    return verify_bundle((raw,), TRUSTED)


def changed(change: Callable[[Written], object], raw: bytes = RAW) -> Report:
    written = Written(raw)
    change(written)
    return verified(written.to_bytes())


def found(report: Report) -> tuple[Damage, int | None]:
    assert report.first_problem is not None
    return report.first_problem.kind, report.first_problem.position


def test_a_sound_bundle_verifies_and_says_what_it_cannot_vouch_for() -> None:
    report = verified(RAW)
    assert (report.ok, report.entries, report.withheld) == (True, 10, 0)
    assert any("--witness" in sentence for sentence in report.not_protected)
    assert any("taken from the bundle itself" in sentence for sentence in verify_bundle((RAW,)).not_protected)


def test_a_bundle_is_read_back_as_it_was_written_however_it_comes_in_pieces() -> None:
    for each in (SOUND, CHATHAM, HIDDEN):
        raw = each.to_bytes()
        for piece in (1, 7, 1000, len(raw)):
            pieces = [raw[at : at + piece] for at in range(0, len(raw), piece)]
            assert read_opening(pieces) == each.opening
            assert tuple(read_items(pieces)) == each.items


def test_a_line_that_shows_a_slot_is_hashed_as_it_stands() -> None:
    """An auditor needs no JSON to recompute a commitment."""
    line, shown = Written(CHATHAM.to_bytes()).entries[0]
    whole, all_shown = Written(RAW).entries[0]
    actor = next(each for each in all_shown if '","actor",' in each)
    assert line["withheld"]["actor"] == b64(sha256(actor.encode()).digest())
    assert (line["leaf"], len(shown)) == (whole["leaf"], 9)


def test_under_chatham_house_authors_are_withheld_and_the_rest_is_proven() -> None:
    assert verified(CHATHAM.to_bytes()).ok
    assert b"unhcr-ciso" not in CHATHAM.to_bytes()
    assert b'","actor",' not in CHATHAM.to_bytes()


def test_entries_withheld_as_a_whole_tell_nothing_and_are_counted() -> None:
    report = verified(HIDDEN.to_bytes())
    assert (report.ok, report.entries, report.withheld) == (True, 5, 4)
    others = [item for item in Written(HIDDEN.to_bytes()).entries if item[0]["position"] != 2]
    assert [(sorted(line), shown) for line, shown in others] == [(["leaf", "position"], [])] * 4


def test_withholding_more_of_a_bundle_leaves_it_sound() -> None:
    def withhold(written: Written) -> None:
        line, _ = written.entries[3]
        written.items[written.place(3)] = ({"position": 4, "leaf": line["leaf"]}, [])

    assert changed(withhold).ok


def test_a_key_that_is_not_trusted_is_said_plainly() -> None:
    report = verify_bundle((RAW,), {"0123456789abcdef": b"another key"})
    assert found(report) == (Damage.UNKNOWN_KEY, None)
    assert "not among those you trust" in str(report.first_problem)


@pytest.mark.parametrize("at", range(len(SLOTS)))
def test_an_altered_slot_names_its_entry(at: int) -> None:
    def alter(written: Written) -> None:
        shown = written.entries[6][1]
        shown[at] = f'{shown[at].rpartition(",")[0]},"altered"]'

    report = changed(alter)
    assert found(report) == (Damage.ALTERED_ENTRY, 7)
    assert report.first_problem is not None
    assert (
        report.first_problem.sentence == "Entry 7 (INC-2026-0001/7) of INC-2026-0001 was altered or replaced."
    )


def test_an_altered_salt_names_its_entry() -> None:
    def alter(written: Written) -> None:
        shown = written.entries[6][1]
        shown[5] = f'["{"A" * 22}{shown[5][24:]}'

    assert found(changed(alter)) == (Damage.ALTERED_ENTRY, 7)


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("at", [0, 3, 5, 8])
def test_a_removed_entry_is_named(at: int, *, renumbered: bool) -> None:
    def remove(written: Written) -> None:
        del written.items[written.place(at)]
        if renumbered:
            written.renumber()

    first_of_its_batch = {0: 1, 3: 3, 5: 6, 8: 7}[at]
    if not renumbered:
        assert found(changed(remove)) == (Damage.REMOVED, at + 1)
    elif at == 8:
        assert found(changed(remove)) == (Damage.TRUNCATED, 10)
        assert "or one from 7 on was taken out" in str(changed(remove).first_problem)
    else:
        assert found(changed(remove)) == (Damage.REMOVED, first_of_its_batch)


@pytest.mark.parametrize("renumbered", [False, True])
@pytest.mark.parametrize("at", [0, 3, 5, 9])
def test_an_inserted_entry_is_named(at: int, *, renumbered: bool) -> None:
    stranger = Written(bundle((11,)).to_bytes()).entries[10]

    def insert(written: Written) -> None:
        written.items.insert(written.place(at), ({**stranger[0], "position": at + 1}, stranger[1]))
        if renumbered:
            written.renumber()

    kind, position = found(changed(insert))
    assert kind is Damage.INSERTED
    assert position in ({at + 1} if renumbered else {at + 1, at + 2})


def test_an_entry_after_the_last_is_inserted() -> None:
    stranger = Written(bundle((11,)).to_bytes()).entries[10]
    assert found(changed(lambda written: written.items.append(stranger))) == (Damage.INSERTED, 11)


@pytest.mark.parametrize("how", ["as they are", "renumbered", "under one another's leaves"])
@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 7), (5, 9), (8, 9)])
def test_swapped_entries_are_named(one: int, other: int, how: str) -> None:
    def swap(written: Written) -> None:
        first, second = written.place(one), written.place(other)
        written.items[first], written.items[second] = written.items[second], written.items[first]
        if how != "as they are":
            written.renumber()
        if how == "under one another's leaves":
            here, there = written.items[first][0], written.items[second][0]
            here["leaf"], there["leaf"] = there["leaf"], here["leaf"]

    assert found(changed(swap)) == (Damage.SWAPPED, one + 1)


@pytest.mark.parametrize("left", [0, 2, 6])
def test_a_truncated_bundle_says_from_where(left: int) -> None:
    def cut(written: Written) -> None:
        del written.items[written.place(left) :]

    assert found(changed(cut)) == (Damage.TRUNCATED, left + 1)


def test_a_truncated_bundle_with_an_earlier_head_of_its_own_making_is_not_in_the_log() -> None:
    def cut(written: Written) -> None:
        size, root = written.roots[1]["size"], written.roots[1]["root"]
        del written.items[written.place(5) - 1 :]
        written.opening["head"] |= {"size": size, "root": root}

    assert found(changed(cut)) == (Damage.HEAD_NOT_IN_LOG, None)


def test_an_altered_leaf_leaves_its_entry_sound() -> None:
    def alter(written: Written) -> None:
        written.entries[4][0]["leaf"] = written.entries[5][0]["leaf"]

    assert found(changed(alter)) == (Damage.ALTERED_LEAF, 5)


def test_an_altered_earlier_head_is_not_blamed_on_the_entries() -> None:
    def alter(written: Written) -> None:
        written.roots[1]["root"] = written.roots[0]["root"]

    assert found(changed(alter)) == (Damage.ALTERED_HEAD, 3)
    assert found(changed(lambda written: written.roots[1].update(size=2))) == (Damage.ALTERED_HEAD, 1)


def test_an_entry_without_each_slot_once_is_malformed() -> None:
    assert found(changed(lambda written: written.entries[2][1].pop())) == (Damage.MALFORMED, 3)
    twice = changed(lambda written: written.entries[2][1].append(written.entries[2][1][0]))
    assert found(twice) == (Damage.MALFORMED, 3)


def test_an_altered_signature_is_named() -> None:
    def alter(written: Written) -> None:
        written.opening["signature"]["head"]["size"] += 1

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
        b'{"a":' * 100_000 + b"\n",
        RAW[:-1],
        RAW.partition(b"\n")[0] + b"\n[]\n",
        RAW.partition(b"\n")[0] + b"\n3\n",
        RAW.replace(b'"v":2', b'"v":1'),
        RAW.replace(b'"v":2', b'"v":2,"v":2'),
        RAW.replace(b'"v":2', b'"v":2,"more":1'),
        RAW.replace(b'"position":7', b'"position":7,"position":7'),
        RAW.replace(b'"position":7', b'"position":7,"shown":[]'),
        RAW.replace(b'"position":7', b'"position":"7"'),
        RAW.replace(b"INC-2026-0001/1", b"\\ud800"),
    ],
)
def test_what_is_no_bundle_is_said_to_be_none_in_a_sentence(raw: bytes) -> None:
    report = verified(raw)
    assert not report.ok
    assert report.first_problem is not None
    assert "\n" not in report.first_problem.sentence


@settings(deadline=None, max_examples=300)
@given(st.sampled_from([RAW, CHATHAM.to_bytes(), HIDDEN.to_bytes()]), st.data())
def test_no_byte_can_be_altered_unseen(raw: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(raw) - 1))
    altered = raw[:at] + bytes([raw[at] ^ data.draw(st.integers(1, 255))]) + raw[at + 1 :]
    report = verified(altered)
    assert not report.ok or tuple(read_items((altered,))) == tuple(read_items((raw,)))


def test_the_vector_of_the_documentation_verifies() -> None:
    page = (Path(__file__).parents[5] / "docs" / "record.md").read_text(encoding="utf-8")
    vector = page.partition("```jsonl\n")[2].partition("```")[0]
    report = verified(vector.encode())
    assert (report.ok, report.entries, report.withheld) == (True, 3, 1)
