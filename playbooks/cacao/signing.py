"""Asymmetric signatures by the names of JOSE (RFC 7518 §3, RFC 8037): is this value a signature by this key?"""

import base64
import binascii
from collections.abc import Callable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, padding, rsa, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from playbooks.domain.saying import Faulty, saying


class Unverifiable(Faulty):
    """The signature cannot be judged; the message says why."""


_HASHES: dict[str, hashes.HashAlgorithm] = {
    "256": hashes.SHA256(),
    "384": hashes.SHA384(),
    "512": hashes.SHA512(),
}
_SHORTEST_RSA = 2048


def is_signed_by(key: bytes, algorithm: str, message: bytes, value: bytes) -> bool:
    """Whether `value` is a signature of `message` by the key (DER). Raises Unverifiable for what we do not have."""
    public = _loaded(key)
    check = _CHECKS.get(algorithm[:2] if algorithm[2:] in _HASHES else algorithm)
    if check is None:
        raise Unverifiable(saying("signature.algorithm", algorithm=algorithm[:40]))
    try:
        check(public, _HASHES.get(algorithm[2:], hashes.SHA256()), message, value)
    except InvalidSignature:
        return False
    return True


def _loaded(key: bytes) -> object:
    try:
        return load_der_public_key(key)
    except (ValueError, UnsupportedAlgorithm):
        raise Unverifiable(saying("signature.key")) from None


def _rsa(public: object) -> rsa.RSAPublicKey:
    if not isinstance(public, rsa.RSAPublicKey):
        raise Unverifiable(saying("signature.rsa"))
    if public.key_size < _SHORTEST_RSA:
        raise Unverifiable(saying("signature.short", number=_SHORTEST_RSA))
    return public


def _rs(public: object, digest: hashes.HashAlgorithm, message: bytes, value: bytes) -> None:
    _rsa(public).verify(value, message, padding.PKCS1v15(), digest)


def _ps(public: object, digest: hashes.HashAlgorithm, message: bytes, value: bytes) -> None:
    _rsa(public).verify(value, message, padding.PSS(padding.MGF1(digest), digest.digest_size), digest)


def _es(public: object, digest: hashes.HashAlgorithm, message: bytes, value: bytes) -> None:
    """The two numbers, one after the other (RFC 7518 §3.4)."""
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise Unverifiable(saying("signature.elliptic"))
    half = (public.curve.key_size + 7) // 8
    if len(value) != 2 * half:
        raise InvalidSignature
    numbers = int.from_bytes(value[:half]), int.from_bytes(value[half:])
    public.verify(utils.encode_dss_signature(*numbers), message, ec.ECDSA(digest))


def _edwards(public: object, _digest: hashes.HashAlgorithm, message: bytes, value: bytes) -> None:
    if not isinstance(public, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        raise Unverifiable(saying("signature.edwards"))
    public.verify(value, message)


_CHECKS: dict[str, Callable[[object, hashes.HashAlgorithm, bytes, bytes], None]] = {
    "RS": _rs,
    "PS": _ps,
    "ES": _es,
    "Ed25519": _edwards,
    "Ed448": _edwards,
}


def key_bytes(public_key: str) -> bytes:
    """The DER behind base64, with or without the lines that PEM puts around it. Raises Unverifiable."""
    lines = [line.strip() for line in public_key.splitlines() if "-----" not in line]
    try:
        return base64.b64decode("".join(lines).encode(), validate=True)
    except (binascii.Error, ValueError):
        raise Unverifiable(saying("signature.base64")) from None


def key_of_certificate(certificate: str) -> bytes:
    """The key of a certificate (base64 of DER). Raises Unverifiable."""
    try:
        public = x509.load_der_x509_certificate(key_bytes(certificate)).public_key()
    except (ValueError, UnsupportedAlgorithm):
        raise Unverifiable(saying("signature.certificate")) from None
    return public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
