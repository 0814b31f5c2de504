"""What goes through Temporal: it comes back whole, or it is refused."""

import asyncio
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretBytes
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.exceptions import ApplicationError

from playbooks.domain.errors import Malformed, Unavailable
from tests.casts import command
from workflows.payloads.codec import EncryptingCodec
from workflows.payloads.converter import data_converter
from workflows.payloads.keyring import Keyring, open_keyring, rotate

ONE = Keyring(keys={"k1": SecretBytes(bytes(range(32)))})
TWO = Keyring(keys={**ONE.keys, "k2": SecretBytes(bytes(range(32, 64)))})
OTHER = Keyring(keys={"k1": SecretBytes(bytes(32))})
WORDS = "the ransom note names a member of staff"

payloads = st.builds(
    Payload,
    metadata=st.dictionaries(st.text(max_size=20), st.binary(max_size=40), max_size=4),
    data=st.binary(max_size=400),
)


def _encode(payload: Payload, keyring: Keyring = ONE) -> Payload:
    return asyncio.run(EncryptingCodec(keyring).encode([payload]))[0]


def _decode(payload: Payload, keyring: Keyring = ONE) -> Payload:
    return asyncio.run(EncryptingCodec(keyring).decode([payload]))[0]


@given(payloads)
def test_a_payload_comes_back_as_it_went(payload: Payload) -> None:
    assert _decode(_encode(payload)) == payload


@given(payload=payloads, data=st.data())
def test_any_changed_byte_is_refused(payload: Payload, data: st.DataObject) -> None:
    sealed = _encode(payload)
    place = data.draw(st.integers(0, len(sealed.data) - 1))
    altered = bytearray(sealed.data)
    altered[place] ^= data.draw(st.integers(1, 255))
    with pytest.raises(Malformed) as refused:
        _decode(Payload(metadata=sealed.metadata, data=bytes(altered)))
    assert refused.value.code == "payload_altered"


@given(payload=payloads, data=st.data())
def test_a_payload_that_is_cut_short_is_refused(payload: Payload, data: st.DataObject) -> None:
    sealed = _encode(payload)
    kept = data.draw(st.integers(0, len(sealed.data) - 1))
    with pytest.raises(Malformed):
        _decode(Payload(metadata=sealed.metadata, data=sealed.data[:kept]))


def test_another_key_id_is_refused_though_the_key_is_the_same() -> None:
    sealed = _encode(Payload(data=b"words"))
    twice = Keyring(keys={**ONE.keys, "k2": ONE.keys["k1"]})
    sealed.metadata["key-id"] = b"k2"
    with pytest.raises(Malformed):
        _decode(sealed, twice)


def test_another_key_of_the_same_id_is_refused() -> None:
    with pytest.raises(Malformed):
        _decode(_encode(Payload(data=b"words")), OTHER)


def test_nothing_of_a_payload_can_be_read_without_the_key() -> None:
    sealed = _encode(Payload(metadata={"encoding": b"json/plain"}, data=WORDS.encode()))
    assert WORDS.encode() not in sealed.SerializeToString()
    assert b"json/plain" not in sealed.SerializeToString()


def test_the_same_payload_never_looks_the_same_twice() -> None:
    payload = Payload(data=b"yes")
    assert len({_encode(payload).data for _ in range(20)}) == 20


@pytest.mark.parametrize("metadata", [{}, {"encoding": b"json/plain"}, {"encoding": b"binary/encrypted2"}])
def test_a_payload_that_is_not_marked_as_encrypted_is_refused(metadata: dict[str, bytes]) -> None:
    with pytest.raises(Malformed) as refused:
        _decode(Payload(metadata=metadata, data=b"{}"))
    assert refused.value.code == "payload_plain"


@pytest.mark.parametrize("key_id", [b"", b"\xff\xfe"])
def test_a_marked_payload_without_a_key_id_that_is_ours_is_refused(key_id: bytes) -> None:
    sealed = _encode(Payload(data=b"words"))
    sealed.metadata["key-id"] = key_id
    with pytest.raises((Malformed, Unavailable)):
        _decode(sealed)
    del sealed.metadata["key-id"]
    with pytest.raises((Malformed, Unavailable)):
        _decode(sealed)


def test_after_a_rotation_the_new_key_writes_and_the_old_one_still_reads() -> None:
    before, after = _encode(Payload(data=b"old")), _encode(Payload(data=b"new"), TWO)
    assert (before.metadata["key-id"], after.metadata["key-id"]) == (b"k1", b"k2")
    assert [_decode(each, TWO).data for each in (before, after)] == [b"old", b"new"]


def test_a_key_that_was_lost_is_named() -> None:
    with pytest.raises(Unavailable, match="k2"):
        _decode(_encode(Payload(data=b"new"), TWO), ONE)


def test_the_keyring_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "payloads.json"
    first = open_keyring(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert open_keyring(path) == first
    assert len(first.key(first.current)) == 32


def test_a_rotation_adds_a_key_and_keeps_the_older_ones(tmp_path: Path) -> None:
    path = tmp_path / "payloads.json"
    first = open_keyring(path)
    added = rotate(path)
    after = open_keyring(path)
    assert after.current == added != first.current
    assert after.key(first.current) == first.key(first.current)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


async def test_values_and_failures_travel_encrypted() -> None:
    converter = data_converter(ONE)
    given = command("t:1", "note", "unhcr-duty")
    (sealed,) = await converter.encode([given])
    assert b"unhcr-duty" not in sealed.SerializeToString()
    assert await converter.decode([sealed], [type(given)]) == [given]
    failure = Failure()
    await converter.encode_failure(ApplicationError(WORDS), failure)
    assert WORDS.encode() not in failure.SerializeToString()
    assert WORDS in str(await converter.decode_failure(failure))
