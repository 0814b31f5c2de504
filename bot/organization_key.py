"""A key pair of an organization, or for recovery: made where it is kept, apart from the installation."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from playbooks.domain.errors import Conflict, Malformed
from playbooks.domain.proof.slots import b64, unb64
from playbooks.domain.saying import saying


def make_key(path: Path) -> str:
    """Make a private key in a file of its owner alone; its public half, to be given to the installation."""
    if path.exists():
        raise Conflict(saying("keys.there", file=path), code="key_exists")
    made = X25519PrivateKey.generate()
    pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return b64(made.public_key().public_bytes_raw())


def read_key(path: Path) -> tuple[bytes, bytes]:
    """The private key and its public half, raw. Raises Malformed."""
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except ValueError:
        key = None
    if not isinstance(key, X25519PrivateKey):
        raise Malformed(saying("keys.no_private", file=path), code="bad_key")
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def read_public(text: str) -> bytes:
    """A public key as `make_key` said it. Raises Malformed."""
    public = unb64(text.strip())
    if len(public) != 32:
        raise Malformed(saying("keys.no_public"), code="bad_key")
    return public
