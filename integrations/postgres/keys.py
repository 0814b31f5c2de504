"""The installation's signing key: a file outside the database, which the database cannot be made to tell."""

import os
from collections.abc import Mapping
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint, log_origin
from playbooks.domain.proof.heads import Head, SignedHead, key_id, signing_input
from playbooks.domain.proof.notes import Note, NoteKey, Signs, sign
from playbooks.domain.proof.slots import b64, unb64
from playbooks.domain.saying import says


class SigningKeys:
    """The key that signs now, and every public key that ever signed for this installation.

    `path` holds the private key (PEM, PKCS #8, mode 0600); `path` with `.public` appended holds the public
    keys, one a line: key id, space, the raw key in base64url.
    """

    def __init__(self, private: Ed25519PrivateKey, public_keys: Mapping[str, bytes]) -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes_raw()
        self.key_id = key_id(self.public_key)
        self.public_keys: Mapping[str, bytes] = {**public_keys, self.key_id: self.public_key}

    def sign(self, head: Head, previous: int) -> SignedHead:
        """Sign a head of the installation's log; `previous` is the size of the one signed before."""
        signature = self._private.sign(signing_input(head, previous))
        return SignedHead(head=head, previous=previous, key_id=self.key_id, signature=signature)

    def sign_bytes(self, said: bytes) -> bytes:
        """An Ed25519 signature; what is signed begins with what it is, so that it can be taken for nothing else."""
        return self._private.sign(said)

    def checkpoint(self, signed: SignedHead) -> Note:
        """A head of the log as witnesses know it, signed anew in their form."""
        key = NoteKey(log_origin(self.public_keys), Signs.NOTES, self.public_key)
        text = Checkpoint(key.name, signed.head.size, signed.head.root).text
        return Note(text, (sign(key, text, self._private.sign),))

    @classmethod
    def open(cls, path: Path) -> "SigningKeys":
        """The keys at `path`, made when there are none. Raises Malformed.

        Where the private key alone was lost, what it signed stays good.
        """
        if not path.exists():
            return cls._make(path, load_public_keys(_public(path)))
        return cls(_private(path), load_public_keys(_public(path)))

    @classmethod
    def rotate(cls, path: Path) -> "SigningKeys":
        """Sign with a new key from now on; what the old ones signed stays good. Raises Malformed."""
        return cls._make(path, cls.open(path).public_keys)

    @classmethod
    def _make(cls, path: Path, earlier: Mapping[str, bytes]) -> "SigningKeys":
        keys = cls(Ed25519PrivateKey.generate(), earlier)
        pem = keys._private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        # The public key first: a key in use whose public one is lost would sign what nobody can check.
        lines = [f"{name} {b64(key)}\n" for name, key in keys.public_keys.items()]
        replace_file(_public(path), "".join(lines).encode(), 0o644)
        replace_file(path, pem, 0o600)
        return keys


def load_public_keys(path: Path) -> dict[str, bytes]:
    """Read a file of public keys; none when there is no file. Raises Malformed."""
    lines = path.read_text(encoding="ascii", errors="replace").splitlines() if path.exists() else []
    keys: dict[str, bytes] = {}
    for line in lines:
        name, _, key = line.partition(" ")
        if key_id(unb64(key)) != name:
            raise Malformed(says("bad_key.id", file=path, key=name))
        keys[name] = unb64(key)
    return keys


def _public(path: Path) -> Path:
    return path.with_name(f"{path.name}.public")


def _private(path: Path) -> Ed25519PrivateKey:
    key: object = None
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Malformed(says("bad_key.pem", file=path))
    return key


def replace_file(path: Path, content: bytes, mode: int) -> None:
    """Put the file there whole or not at all, readable by nobody else at any moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
