"""Heads of trees: an incident's, a leaf of the installation's log, and that log's own, which is signed."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict

from playbooks.domain.proof.merkle import leaf_hash
from playbooks.domain.proof.slots import b64, canonical, timestamp

_CONTEXT = b"muster signed head v1\n"
"""Stands before what is signed, so that the signature can be taken for nothing else."""


class Head(BaseModel):
    """How a tree stood when it had `size` leaves."""

    model_config = ConfigDict(frozen=True)

    tree: str
    size: int
    root: bytes
    at: datetime
    """When the head was made, aware UTC, whole milliseconds."""

    @property
    def fields(self) -> dict[str, str | int]:
        """The head as it is written down."""
        at, root = timestamp(self.at), b64(self.root)
        return {"at": at, "root": root, "size": self.size, "tree": self.tree, "v": 1}

    @property
    def leaf(self) -> bytes:
        """The hash of this head as a leaf of the installation's log."""
        return leaf_hash(canonical(self.fields).encode())


class SignedHead(BaseModel):
    """A head of the installation's log under the installation's signature."""

    model_config = ConfigDict(frozen=True)

    head: Head
    previous: int
    """The size of the head signed before this one, 0 for the first: so none can be taken away unseen."""
    key_id: str
    signature: bytes

    def signed_by(self, keys: Mapping[str, bytes]) -> bool:
        """Whether one of these public keys, by key id, made the signature."""
        key = keys.get(self.key_id)
        if key is None:
            return False
        try:
            signed = signing_input(self.head, self.previous)
            Ed25519PublicKey.from_public_bytes(key).verify(self.signature, signed)
        except (InvalidSignature, ValueError):
            return False
        return True


def signing_input(head: Head, previous: int) -> bytes:
    """The bytes that Ed25519 signs."""
    return _CONTEXT + canonical({**head.fields, "previous": previous}).encode()


def key_id(public_key: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key."""
    return sha256(public_key).hexdigest()[:16]
