"""Whether a request comes from the source it names: a bearer, a certificate, or a signature over time and body."""

import hashlib
import hmac
import re
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Protocol

from bot.intake.certificate import fingerprint_said
from bot.intake.problem import Refusal
from bot.intake.sources import KnownSource

SIGNATURE_HEADER = "X-Muster-Signature"
WINDOW = timedelta(minutes=5)
"""How far a signature's time may be from ours, either way."""

_TIME = re.compile(r"t=(\d{1,12})")
_HEX = re.compile(r"v1=([0-9a-f]{64})")


class Proof(Protocol):
    """Takes the body as it passes, and says at the end whether the sender is who it says."""

    def update(self, chunk: bytes) -> None:
        """See a part of the body as it was sent, before any decompression."""

    def check(self) -> None:
        """Raise Refusal (401) unless the request is proven."""


def begin(known: KnownSource, headers: Mapping[str, str], now: datetime, peer: str = "") -> Proof:
    """Judge before the body what can be: a wrong bearer, a signature out of time. Raises Refusal (401).

    `peer` is the address that the request came from: what a certificate is said to be counts from our proxy alone.
    """
    if _has_certificate(known, headers, peer):
        return _Before()
    if signature := headers.get(SIGNATURE_HEADER):
        return _Signature(known.signing, signature, now)
    scheme, _, token = headers.get("Authorization", "").partition(" ")
    token = _password(token) if scheme.lower() == "basic" else token
    if scheme.lower() not in {"bearer", "basic"}:
        raise _unauthorized(
            f"The request is not authenticated; send “Authorization: Bearer …” or {SIGNATURE_HEADER}."
        )
    given = token.strip().encode("utf-8", "surrogateescape")
    if not _any_equal([given], known.bearers):
        raise _unauthorized("The bearer is not a key of this source; check which key the sender uses.")
    return _Before()


def _password(credentials: str) -> str:
    """The password of Basic authentication (RFC 7617), for senders whose address may carry one and no header."""
    try:
        return (
            b64decode(credentials.strip(), validate=True).decode("utf-8", "surrogateescape").partition(":")[2]
        )
    except ValueError:
        return ""


def _has_certificate(known: KnownSource, headers: Mapping[str, str], peer: str) -> bool:
    proxy = known.proxy
    if proxy is None or peer not in {str(address) for address in proxy.addresses}:
        return False
    said = fingerprint_said(headers.get(proxy.certificate_header, ""))
    return said is not None and _any_equal([said.encode()], known.certificates)


class _Before:
    """Proven before the body: by a bearer, or by a certificate."""

    def update(self, chunk: bytes) -> None:
        """Nothing: neither covers the body."""

    def check(self) -> None:
        """Nothing: it was checked before the body."""


class _Signature:
    def __init__(self, keys: tuple[bytes, ...], header: str, now: datetime) -> None:
        time, self._given = _TIME.search(header), _HEX.findall(header)
        if time is None or not self._given:
            raise _unauthorized(
                f"{SIGNATURE_HEADER} must read “t=<unix seconds>,v1=<64 hexadecimal digits>”."
            )
        if abs(now.timestamp() - int(time[1])) > WINDOW.total_seconds():
            raise _unauthorized(
                "The signature's time is more than 5 minutes from ours; check the sender's clock."
            )
        self._hashes = [hmac.new(key, f"{time[1]}.".encode(), hashlib.sha256) for key in keys]

    def update(self, chunk: bytes) -> None:
        for each in self._hashes:
            each.update(chunk)

    def check(self) -> None:
        made = [each.hexdigest() for each in self._hashes]
        given = [each.encode() for each in self._given]
        if not _any_equal(given, [each.encode() for each in made]):
            raise _unauthorized("The signature does not fit body and time; check the key and what is signed.")


def _any_equal(given: Sequence[bytes], keys: Sequence[bytes]) -> bool:
    """Every pair is compared, so that the time taken says nothing of which key fits."""
    return sum(hmac.compare_digest(one, key) for one in given for key in keys) > 0


def _unauthorized(sentence: str) -> Refusal:
    return Refusal(HTTPStatus.UNAUTHORIZED, "not_authenticated", sentence)
