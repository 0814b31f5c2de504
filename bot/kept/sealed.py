"""What lies on this machine beside the database, each under its name: nobody reads or changes it without the key."""

import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.key_folder import locked

_NONCE: Final = 12


class Seal:
    """AES-256-GCM under the machine's own key."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, said: bytes, name: str) -> bytes:
        """Under lock, and of that name alone: what was put under another one does not open."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, said, name.encode())

    def open(self, sealed: bytes, name: str) -> bytes | None:
        """What was sealed; None for what somebody spoiled."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], name.encode())
        except (InvalidTag, ValueError):
            return None


def put(place: Path, content: bytes) -> None:
    """Write a file whole or not at all, so that it outlives this process and this machine's power."""
    place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = place.with_suffix(f".{secrets.token_hex(4)}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(place)
    _settle(place.parent)


def kept_key(folder: Path) -> bytes:
    """The key of what this machine keeps, made where there is none; losing it loses that and nothing else."""
    place = folder / "kept.key"
    with locked(folder):
        if not place.exists() or not place.stat().st_size:
            place.touch(mode=0o600)
            place.write_bytes(AESGCM.generate_key(256))
        return place.read_bytes()


def _settle(folder: Path) -> None:
    """The folder's own entry reaches the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
