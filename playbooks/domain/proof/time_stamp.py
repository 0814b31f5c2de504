"""Time stamps after RFC 3161: an authority's word that a checkpoint of the log was there at a moment."""

from collections.abc import Sequence
from datetime import UTC, datetime

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying


def stamped_at(
    response: bytes, said: bytes, roots: Sequence[Certificate], nonce: int | None = None
) -> datetime:
    """When an authority below one of these roots stamped these bytes. Raises Malformed for anything else."""
    try:
        read = decode_timestamp_response(response)
        VerifierBuilder(roots=list(roots), nonce=nonce).build().verify_message(read, said)
    except (VerificationError, ValueError) as error:
        raise Malformed(
            saying("proof.stamp.bad", said=str(error).splitlines()[0]), code="bad_stamp"
        ) from None
    return read.tst_info.gen_time.astimezone(UTC)


def read_roots(pem: bytes) -> tuple[Certificate, ...]:
    """The certificates of a PEM file. Raises Malformed."""
    try:
        return tuple(load_pem_x509_certificates(pem))
    except ValueError:
        raise Malformed(saying("proof.stamp.no_roots"), code="bad_certificates") from None
