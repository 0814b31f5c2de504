"""Signatures made here, judged as the standard's own example is."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from playbooks.cacao.finding import Verdict
from playbooks.cacao.reading import Terms, read
from playbooks.cacao.signatures import SignatureReport, Standing, TrustedSigner, signed_bytes, verify
from tests.unit.playbooks.cacao.samples import GOOD, changed

RSA = rsa.generate_private_key(65537, 2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
EDWARDS = ed25519.Ed25519PrivateKey.generate()


def der(public: Any) -> str:
    return base64.b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def joined(value: bytes) -> bytes:
    first, second = utils.decode_dss_signature(value)
    return first.to_bytes(32) + second.to_bytes(32)


SIGNERS: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "RS256": (der(RSA.public_key()), lambda m: RSA.sign(m, padding.PKCS1v15(), hashes.SHA256())),
    "PS384": (
        der(RSA.public_key()),
        lambda m: RSA.sign(m, padding.PSS(padding.MGF1(hashes.SHA384()), 48), hashes.SHA384()),
    ),
    "ES256": (der(CURVE.public_key()), lambda m: joined(CURVE.sign(m, ec.ECDSA(hashes.SHA256())))),
    "Ed25519": (der(EDWARDS.public_key()), EDWARDS.sign),
}


def signed(algorithm: str = "Ed25519", **extra: Any) -> dict[str, Any]:
    document = changed()
    key, sign = SIGNERS[algorithm]
    signature = {
        "type": "jss", "id": "jss--af892292-c4b4-47eb-9be6-4897ff4b9388", "signee": "the duty officer",
        "created": "2026-01-12T08:00:00.000Z", "modified": "2026-01-12T08:00:00.000Z", "related_to": document["id"],
        "related_version": document["modified"], "hash_algorithm": "sha-256", "algorithm": algorithm,
        "public_key": key, **extra,
    }  # fmt: skip
    value = sign(signed_bytes(document, signature))
    document["signatures"] = [signature | {"value": base64.urlsafe_b64encode(value).rstrip(b"=").decode()}]
    return document


def trust(algorithm: str = "Ed25519", thumbprint: str = "") -> list[TrustedSigner]:
    return [TrustedSigner(name="UNICC", public_key=SIGNERS[algorithm][0], thumbprint=thumbprint)]


def only(reports: tuple[SignatureReport, ...]) -> Standing:
    (report,) = reports
    return report.standing


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_right_signature_says_who_signed_and_trust_is_another_matter(algorithm: str) -> None:
    document = signed(algorithm)
    assert only(verify(document)) is Standing.UNKNOWN_SIGNER
    assert only(verify(document, trust(algorithm))) is Standing.TRUSTED


@pytest.mark.parametrize("algorithm", SIGNERS)
def test_a_change_anywhere_makes_it_wrong(algorithm: str) -> None:
    document = signed(algorithm)
    document["workflow"][document["workflow_start"]]["name"] = "Another"
    assert only(verify(document, trust(algorithm))) is Standing.WRONG


def test_the_signature_is_over_the_hash_in_hexadecimal() -> None:
    document = signed()
    assert len(signed_bytes(document, document["signatures"][0])) == 64
    assert (
        signed_bytes(document, document["signatures"][0]).decode()
        == signed_bytes(document, document["signatures"][0] | {"value": "x"}).decode()
    )


def test_another_signature_does_not_disturb() -> None:
    document = signed()
    document["signatures"].insert(0, {"type": "jss"})
    standings = [report.standing for report in verify(document, trust())]
    assert standings == [Standing.UNVERIFIABLE, Standing.TRUSTED]


def test_a_signature_of_another_version_is_wrong() -> None:
    document = signed()
    document["modified"] = "2026-02-01T00:00:00.000Z"
    assert only(verify(document, trust())) is Standing.WRONG


CANNOT = {
    "a symmetric algorithm": {"algorithm": "HS256"},
    "an algorithm we do not have": {"algorithm": "XMSS-SHA2_10_256"},
    "an algorithm of another kind of key": {"algorithm": "RS256"},
    "a key that is none": {"public_key": "AAAA"},
    "a key that is not base64": {"public_key": "***"},
    "a hash we do not have": {"hash_algorithm": "md5"},
    "a value that is not base64": {"value": "é"},
}


@pytest.mark.parametrize("change", CANNOT.values(), ids=CANNOT)
def test_what_cannot_be_judged_is_said_to_be_so(change: dict[str, str]) -> None:
    document = signed()
    document["signatures"][0] |= change
    assert only(verify(document, trust())) is Standing.UNVERIFIABLE


def test_a_key_may_be_named_by_its_thumbprint() -> None:
    document = signed(public_key=None, thumbprint="abc")
    assert only(verify(document)) is Standing.UNVERIFIABLE
    assert only(verify(document, trust(thumbprint="abc"))) is Standing.TRUSTED


def test_validity_is_judged_by_the_time_given() -> None:
    document = signed(valid_until="2026-06-01T00:00:00.000Z")
    assert only(verify(document, trust(), at=datetime(2026, 5, 1, tzinfo=UTC))) is Standing.TRUSTED
    assert only(verify(document, trust(), at=datetime(2026, 7, 1, tzinfo=UTC))) is Standing.NOT_IN_FORCE
    assert only(verify(signed(revoked=True), trust())) is Standing.NOT_IN_FORCE


def test_reading_refuses_a_wrong_signature_and_warns_of_an_unknown_signer() -> None:
    document = signed()
    assert read(json.dumps(document).encode()).verdict is Verdict.WARNINGS
    assert read(json.dumps(document).encode(), Terms(trusted=trust())).verdict is Verdict.OK
    assert read(json.dumps(document | {"name": "x"}).encode()).verdict is Verdict.REFUSED


def test_a_trusted_signature_can_be_required() -> None:
    terms = Terms(trusted=trust(), needs_trusted_signature=True)
    assert read(json.dumps(signed()).encode(), terms).verdict is Verdict.OK
    assert read(json.dumps(GOOD).encode(), terms).verdict is Verdict.REFUSED
    assert read(json.dumps(signed("RS256")).encode(), terms).verdict is Verdict.REFUSED


def test_validity_of_a_playbook_is_looked_at_when_a_time_is_given() -> None:
    document = changed(lambda d: d.update(valid_until="2026-06-01T00:00:00Z"))
    assert read(json.dumps(document).encode()).verdict is Verdict.OK
    late = Terms(at=datetime(2026, 7, 1, tzinfo=UTC))
    assert read(json.dumps(document).encode(), late).verdict is Verdict.WARNINGS
