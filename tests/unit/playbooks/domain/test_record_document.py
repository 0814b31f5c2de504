"""An independent reader follows docs/record.md, imports nothing of Muster, and checks the vector that stands there."""

import json
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509 import load_pem_x509_certificate
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

PAGE = (Path(__file__).parents[4] / "docs" / "record.md").read_text(encoding="utf-8")
VECTOR = PAGE.partition("```jsonl\n")[2].partition("```")[0]
ROOT_OF_STAMPS = load_pem_x509_certificate(PAGE.partition("```pem\n")[2].partition("```")[0].encode())


def read(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def write(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def commitment(line: str) -> str:
    return write(sha256(line.encode()).digest())


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


def check(bundle: str) -> None:
    """What the page says of verifying, without the steps for which one asks a witness."""
    first, *lines = bundle.splitlines()
    opening = json.loads(first)
    signature, head, log = opening["signature"], opening["head"], opening["log"]
    key = read(signature["public_key"])
    assert sha256(key).hexdigest()[:16] == signature["key_id"]
    signed = {**signature["head"], "tree": "installation", "v": 1, "previous": signature["previous"]}
    message = b"muster signed head v1\n" + rfc8785.dumps(signed)
    Ed25519PublicKey.from_public_bytes(key).verify(read(signature["signature"]), message)
    head_leaf = leaf({**head, "tree": opening["tree"], "v": 1})
    path = [read(node) for node in log["path"]]
    reached = included(head_leaf, log["position"] - 1, signature["head"]["size"], path)
    assert reached == read(signature["head"]["root"])
    entries = list(grouped(lines))
    assert [entry["position"] for entry, _ in entries] == list(range(1, head["size"] + 1))
    for entry, shown in entries:
        if "entry" in entry:
            slots = {json.loads(line)[1]: commitment(line) for line in shown} | entry.get("withheld", {})
            assert len(slots) == 11
            content = {"entry": entry["entry"], "slots": slots, "tree": opening["tree"], "v": 1}
            assert write(leaf(content)) == entry["leaf"]
    leaves = [read(entry["leaf"]) for entry, _ in entries]
    assert root(leaves) == read(head["root"])
    for stamp in opening["stamped"]:
        check_stamp(stamp, opening["tree"], leaves)


def check_stamp(stamp: dict[str, Any], tree: str, leaves: list[bytes]) -> None:
    """The last step of the page."""
    head, log, (_, size, said, end) = stamp["head"], stamp["log"], stamp["checkpoint"].split("\n")
    path = [read(node) for node in log["path"]]
    stamped_root = included(leaf({**head, "tree": tree, "v": 1}), log["position"] - 1, int(size), path)
    assert (stamped_root, end) == (b64decode(said), "")
    assert root(leaves[: head["size"]]) == read(head["root"])
    response = decode_timestamp_response(read(stamp["response"]))
    VerifierBuilder(roots=[ROOT_OF_STAMPS]).build().verify_message(response, stamp["checkpoint"].encode())


def grouped(lines: list[str]) -> Iterator[tuple[dict[str, Any], list[str]]]:
    """Each entry with the slots shown after it; earlier heads are checked on the way."""
    entries: list[tuple[dict[str, Any], list[str]]] = []
    for line in lines:
        said = json.loads(line)
        assert rfc8785.dumps(said).decode() == line
        if isinstance(said, list):
            entries[-1][1].append(line)
        elif "root" in said:
            leaves = [read(entry["leaf"]) for entry, _ in entries]
            assert (len(leaves), root(leaves)) == (said["size"], read(said["root"]))
        else:
            entries.append((said, []))
    yield from entries


def test_the_vector_of_the_page_verifies_by_the_page_alone() -> None:
    check(VECTOR)


def test_the_reader_of_the_page_notices_a_change() -> None:
    for spoilt in (
        VECTOR.replace("Isolated host 1", "Isolated host 9"),
        VECTOR.replace('"position":2', '"position":3'),
    ):
        with pytest.raises(AssertionError):
            check(spoilt)
    for spoilt, error in (
        (VECTOR.replace("example.org", "example.com"), None),
        (VECTOR.replace('"response":"MIIE', '"response":"MIIF'), ValueError),
        (VECTOR.replace("56475aa75463474c\\n2", "56475aa75463474d\\n2"), VerificationError),
    ):
        assert spoilt != VECTOR
        with pytest.raises(error) if error else nullcontext():
            check(spoilt)
    with pytest.raises(InvalidSignature):
        check(VECTOR.replace('"previous":0', '"previous":1'))


def test_the_figures_in_the_text_are_those_of_the_vector() -> None:
    opening, first, *lines = VECTOR.splitlines()
    kind = next(line for line in lines if '","kind",' in line)
    assert f"`{kind}`" in PAGE
    assert commitment(kind) in PAGE
    assert json.loads(first)["leaf"] in PAGE.partition("```jsonl")[0]
    public = Ed25519PrivateKey.from_private_bytes(bytes(range(32))).public_key().public_bytes_raw()
    assert write(public) == json.loads(opening)["signature"]["public_key"]
