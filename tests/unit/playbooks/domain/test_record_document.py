"""An independent reader follows docs/record.md, imports nothing of Muster, and checks the vector that stands there."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PAGE = (Path(__file__).parents[4] / "docs" / "record.md").read_text(encoding="utf-8")
VECTOR = PAGE.partition("```json\n")[2].partition("\n```")[0]


def read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def write(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def commitment(salt: str, slot: str, value: Any) -> str:
    return write(sha256(rfc8785.dumps([salt, slot, value])).digest())


def leaf(content: dict[str, Any]) -> bytes:
    return sha256(b"\x00" + rfc8785.dumps(content)).digest()


def root(leaves: list[bytes]) -> bytes:
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return sha256(b"\x01" + root(leaves[:split]) + root(leaves[split:])).digest()


def included(found: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """The root that a path of RFC 6962 leads to, by its own recursion."""
    if size == 1:
        return found
    split = 1
    while split * 2 < size:
        split *= 2
    *rest, last = path
    if index < split:
        return sha256(b"\x01" + included(found, index, split, rest) + last).digest()
    return sha256(b"\x01" + last + included(found, index - split, size - split, rest)).digest()


def check(bundle: dict[str, Any]) -> None:
    """The six steps of the page."""
    signature, head, log = bundle["signature"], bundle["head"], bundle["log"]
    key = read(signature["public_key"])
    assert sha256(key).hexdigest()[:16] == signature["key_id"]
    signed = {**signature["head"], "tree": "installation", "v": 1, "previous": signature["previous"]}
    message = b"muster signed head v1\n" + rfc8785.dumps(signed)
    Ed25519PublicKey.from_public_bytes(key).verify(read(signature["signature"]), message)
    head_leaf = leaf({**head, "tree": bundle["tree"], "v": 1})
    path = [read(node) for node in log["path"]]
    reached = included(head_leaf, log["position"] - 1, signature["head"]["size"], path)
    assert reached == read(signature["head"]["root"])
    assert len(bundle["leaves"]) == head["size"]
    assert root([read(each) for each in bundle["leaves"]]) == read(head["root"])
    for position, (entry, listed) in enumerate(
        zip(bundle["entries"], bundle["leaves"], strict=True), start=1
    ):
        assert entry["position"] == position
        if "entry" in entry:
            shown = {slot: commitment(salt, slot, value) for slot, (salt, value) in entry["shown"].items()}
            slots = {**shown, **entry.get("withheld", {})}
            assert len(slots) == 11
            content = {"entry": entry["entry"], "slots": slots, "tree": bundle["tree"], "v": 1}
            assert write(leaf(content)) == listed


def test_the_vector_of_the_page_verifies_by_the_page_alone() -> None:
    check(json.loads(VECTOR))


def test_the_reader_of_the_page_notices_a_change() -> None:
    with pytest.raises(AssertionError):
        check(json.loads(VECTOR.replace("Isolated host 1", "Isolated host 9")))
    with pytest.raises(InvalidSignature):
        check(json.loads(VECTOR.replace('"previous": 0', '"previous": 1')))


def test_the_figures_in_the_text_are_those_of_the_vector() -> None:
    bundle = json.loads(VECTOR)
    salt, value = bundle["entries"][0]["shown"]["kind"]
    assert f'["{salt}","kind","{value}"]' in PAGE
    assert commitment(salt, "kind", value) in PAGE
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    assert write(public) == bundle["signature"]["public_key"]
