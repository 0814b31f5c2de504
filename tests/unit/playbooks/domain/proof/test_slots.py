"""An entry's slots: canonical, salted each by itself, provable when withheld."""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from playbooks.domain.errors import Malformed
from playbooks.domain.marking import Marking
from playbooks.domain.proof.slots import (
    HASH_BYTES,
    SLOTS,
    WITHHELD_ACTOR,
    b64,
    canonical,
    commitment,
    leaf_input,
    seal,
    slot_values,
    split,
    timestamp,
    unb64,
    unseal,
)
from tests.record_samples import KEY, NOON, entry

SALTS = b"".join(bytes([number] * 16) for number in range(len(SLOTS)))
TEXT = st.text(st.characters(codec="utf-8"), max_size=30)


def test_every_entry_has_every_slot_and_author_and_organization_apart() -> None:
    values = slot_values(entry(1, cause=None))
    assert tuple(values) == SLOTS
    assert values["cause"] is None
    assert values["actor"] == {"id": "unhcr-ciso", "kind": "person", "office": None}
    assert values["organization"] == "UNHCR"


def test_a_commitment_is_the_hash_of_salt_name_and_value() -> None:
    expected = sha256(rfc8785.dumps([b64(SALTS[:16]), "kind", "incident:note:add"])).digest()
    assert seal(entry(1), SALTS).commitments[:32] == expected
    assert commitment(SALTS[:16], "kind", '"incident:note:add"') == expected


@given(TEXT, TEXT)
def test_the_leaf_input_is_the_canonical_form_whatever_the_ids(id: str, tree: str) -> None:
    commitments = seal(entry(1), SALTS).commitments
    slots = {slot: b64(value) for slot, value in zip(SLOTS, split(commitments, HASH_BYTES), strict=True)}
    assert leaf_input(id, tree, commitments) == rfc8785.dumps(
        {"v": 1, "tree": tree, "slots": slots, "entry": id}
    )


def test_what_is_not_as_long_as_it_should_be_is_worth_nothing() -> None:
    assert split(SALTS, 16) == tuple(bytes([number] * 16) for number in range(len(SLOTS)))
    for spoilt in (SALTS[:-1], SALTS + b"x", b""):
        assert split(spoilt, 16) == (bytes(16),) * len(SLOTS)


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(ANY_JSON)
def test_the_canonical_form_is_the_one_of_rfc_8785(value: Any) -> None:
    try:
        expected = rfc8785.dumps(value).decode()
    except rfc8785.CanonicalizationError:
        with pytest.raises(Malformed):
            canonical(value)
    else:
        assert canonical(value) == expected


@given(TEXT, st.dictionaries(TEXT, TEXT | st.integers(-(2**50), 2**50) | st.booleans() | st.none()))
def test_an_entry_comes_back_from_its_slots_whatever_is_written(note: str, data: dict[str, object]) -> None:
    written = entry(1, texts={"note": note}, data=data)
    values = {slot: json.loads(value) for slot, value in seal(written, SALTS).values.items()}
    assert unseal(written.id, KEY, values) == written


def test_what_is_withheld_reads_as_empty_and_strictly_marked() -> None:
    seen = unseal("INC-2026-0001/1", "installation", {"kind": "incident:note:add"})
    assert (seen.incident, seen.actor, seen.texts, seen.marking) == (None, WITHHELD_ACTOR, {}, Marking.RED)


def test_the_organization_can_be_shown_without_the_author_and_the_author_without_it() -> None:
    values = slot_values(entry(1))
    assert unseal("1", KEY, {"organization": values["organization"]}).actor.organization == "UNHCR"
    assert unseal("1", KEY, {"actor": values["actor"]}).actor.id == "unhcr-ciso"


def test_the_same_moment_is_written_the_same_in_every_zone() -> None:
    there = NOON.astimezone(timezone(timedelta(hours=5, minutes=45)))
    assert timestamp(there) == timestamp(NOON) == "2026-11-22T12:00:00.000Z"
    assert timestamp(datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC)) == "2026-01-02T03:04:05.678Z"


@pytest.mark.parametrize("salts", [b"", SALTS[1:], SALTS + b"x"])
def test_bad_salts_are_refused(salts: bytes) -> None:
    with pytest.raises(Malformed, match="11 salts of 16 bytes"):
        seal(entry(1), salts)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**60, "\ud800", {1: 2}])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(Malformed, match="cannot be recorded"):
        seal(entry(1, data={"value": value}), SALTS)


@pytest.mark.parametrize("text", ["ab=", "a", "ab cd", "a+b/", "é", "AB"])
def test_only_what_we_would_write_is_read_as_base64url(text: str) -> None:
    if text == "AB":  # the last two bits are not zero
        with pytest.raises(Malformed):
            unb64(text)
    else:
        with pytest.raises(Malformed, match="not base64url"):
            unb64(text)
    assert unb64(b64(b"\xfb\xff")) == b"\xfb\xff"
