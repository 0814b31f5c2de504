"""Signatures of playbooks: the JSON Signature Scheme of CACAO 2.0 (§10.14).

What is signed: take the other signatures out of the playbook and the `value` out of this one; write the rest in
canonical form (RFC 8785); hash it with `hash_algorithm`; the signature is over the hash *in lower-case hexadecimal, as
ASCII*. The text of the standard can be read otherwise; its own example verifies in this way only
(docs/decisions/cacao-signatures.md). A valid signature says who signed, not that the signer may: for that there is a
list of trusted keys.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError, computed_field

from playbooks.cacao.identifiers import moment
from playbooks.cacao.model import Signature
from playbooks.cacao.signing import Unverifiable, is_signed_by, key_bytes, key_of_certificate
from playbooks.domain.saying import Saying, saying

Object = dict[str, JsonValue]


class TrustedSigner(BaseModel):
    """A key that an organization trusts to sign playbooks."""

    model_config = ConfigDict(frozen=True)

    name: str
    public_key: str
    """SubjectPublicKeyInfo in base64, with or without the PEM header and footer."""
    thumbprint: str = ""
    """SHA-256 of the certificate in base64url (`x5t#S256`), for signatures that name their key so."""


class Standing(StrEnum):
    """What a signature is worth."""

    TRUSTED = "trusted"
    UNKNOWN_SIGNER = "unknown signer"
    """It is right, and by a key that nobody here trusts."""
    WRONG = "wrong"
    UNVERIFIABLE = "unverifiable"
    """An algorithm we do not have, or a key that is not at hand."""
    NOT_IN_FORCE = "not in force"
    """Revoked, expired, or not yet valid."""


class SignatureReport(BaseModel):
    """One signature and its standing."""

    model_config = ConfigDict(frozen=True)

    id: str
    signee: str
    standing: Standing
    said: Saying = Field(exclude=True)
    signer: str = ""
    """The name of the trusted signer; empty for a signature that nobody here trusts."""

    @computed_field  # type: ignore[prop-decorator]  # pydantic has a property under it
    @property
    def sentence(self) -> str:
        """What it comes to, in the language of whoever is spoken to."""
        return str(self.said)


def verify(
    document: Object, trusted: Sequence[TrustedSigner] = (), *, at: datetime | None = None
) -> tuple[SignatureReport, ...]:
    """A report for every signature of a playbook as it was read; `at` is the time to judge validity by, if any."""
    signatures = document.get("signatures")
    return (
        tuple(
            _report(document, signature, trusted, at)
            for signature in signatures
            if isinstance(signature, dict)
        )
        if isinstance(signatures, list)
        else ()
    )


def _report(
    document: Object, data: Object, trusted: Sequence[TrustedSigner], at: datetime | None
) -> SignatureReport:
    try:
        signature = Signature.model_validate(data)
    except ValidationError:
        return SignatureReport(
            id=str(data.get("id")),
            signee=str(data.get("signee")),
            standing=Standing.UNVERIFIABLE,
            said=saying("signature.none"),
        )
    standing, said, signer = _judge(document, data, signature, trusted, at)
    return SignatureReport(
        id=signature.id,
        signee=signature.signee,
        standing=standing,
        said=said,
        signer=signer,
    )


def _judge(
    document: Object,
    data: Object,
    signature: Signature,
    trusted: Sequence[TrustedSigner],
    at: datetime | None,
) -> tuple[Standing, Saying, str]:
    """How a signature stands, and why; of a trusted one, the signer's name."""
    if (signature.related_to, signature.related_version) != (document.get("id"), document.get("modified")):
        return Standing.WRONG, saying("signature.elsewhere"), ""
    try:
        key = _key(signature, trusted)
        value = _unpadded(signature.value or "")
        is_right = is_signed_by(key, signature.algorithm, signed_bytes(document, data), value)
    except Unverifiable as error:
        return Standing.UNVERIFIABLE, error.fault, ""
    if not is_right:
        return Standing.WRONG, saying("signature.wrong"), ""
    if is_out_of_force(signature, at):
        return Standing.NOT_IN_FORCE, saying("signature.not_in_force"), ""
    signer = next((signer for signer in trusted if key_bytes(signer.public_key) == key), None)
    if signer is None:
        said = saying("signature.unknown_signer", signee=signature.signee[:80])
        return Standing.UNKNOWN_SIGNER, said, ""
    return Standing.TRUSTED, saying("signature.trusted", named=signer.name), signer.name


def signed_bytes(document: Object, signature: Object) -> bytes:
    """What a signature signs: the hash, in hexadecimal, of the playbook with it alone. Raises Unverifiable."""
    bare = {key: value for key, value in signature.items() if key != "value"}
    name = str(signature.get("hash_algorithm", "")).lower().replace("-", "")
    if name not in ("sha256", "sha384", "sha512"):
        raise Unverifiable(saying("signature.hash"))
    try:
        canonical = rfc8785.dumps({**document, "signatures": [bare]})
    except rfc8785.CanonicalizationError:
        raise Unverifiable(saying("signature.canonical")) from None
    return hashlib.new(name, canonical).hexdigest().encode()


def _key(signature: Signature, trusted: Sequence[TrustedSigner]) -> bytes:
    """The key, as DER: from the signature, its certificate, or the trusted signer with that thumbprint."""
    if signature.public_key:
        return key_bytes(signature.public_key)
    if signature.public_cert_chain:
        return key_of_certificate(signature.public_cert_chain[0])
    for signer in trusted:
        if signer.thumbprint and signer.thumbprint == signature.thumbprint:
            return key_bytes(signer.public_key)
    raise Unverifiable(saying("signature.no_key"))


def _unpadded(value: str) -> bytes:
    if re.fullmatch(r"[A-Za-z0-9_-]+={0,2}", value) is None:
        raise Unverifiable(saying("signature.base64url"))
    try:
        return base64.urlsafe_b64decode(value.rstrip("=") + "=" * (-len(value.rstrip("=")) % 4))
    except binascii.Error:
        raise Unverifiable(saying("signature.base64url")) from None


def is_out_of_force(signature: Signature, at: datetime | None) -> bool:
    """Whether a signature is revoked, or not valid at this time (aware); None: validity is not looked at."""
    if signature.revoked:
        return True
    first, last = (moment(text) if text else None for text in (signature.valid_from, signature.valid_until))
    return at is not None and ((first is not None and at < first) or (last is not None and at > last))
