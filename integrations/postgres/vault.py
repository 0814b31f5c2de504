"""The installation's entry keys: a file outside the database, without which what is stored there cannot be read."""

import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from integrations.postgres.keys import replace_file
from playbooks.domain.errors import Malformed, Unavailable
from playbooks.domain.proof.envelope import (
    ENCRYPTED,
    KEY_BYTES,
    is_locked,
    lock,
    lock_bytes,
    unlock,
    unlock_bytes,
)
from playbooks.domain.proof.slots import SALT_BYTES, SLOTS
from playbooks.domain.saying import says

_ID = 8
_AT = {slot: at * SALT_BYTES for at, slot in enumerate(SLOTS)}


class Vault:
    """Entry keys by id; the newest wraps, all of them unwrap. Without any, what is written is written in clear."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._keys = dict(keys)
        self.current = list(keys)[-1] if keys else ""

    @cached_property
    def words_key(self) -> bytes:
        """What words are hashed with where they are searched: the same however often keys are rotated."""
        first = next(iter(self._keys.values()), b"")
        return hmac.digest(first, b"muster words v1", "sha256")

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the keys, in the order in which they were made."""
        return tuple(self._keys)

    def close(
        self, entry: str, values: Mapping[str, str], salts: bytes
    ) -> tuple[dict[str, str], bytes | None]:
        """An entry's values with those under lock that are to be, and its key, wrapped."""
        if not self.current:
            return dict(values), None
        key = secrets.token_bytes(KEY_BYTES)
        locked = {slot: lock(key, entry, slot, _salt(salts, slot), values[slot]) for slot in ENCRYPTED}
        return {**values, **locked}, self.wrap(key)

    def open(
        self, entry: str, values: Sequence[str | None], salts: bytes, wrapped: bytes | None
    ) -> tuple[str | None, ...]:
        """The values in clear, in the order of the slots. Raises Unavailable without the key, Malformed for damage."""
        if wrapped is None:
            return tuple(values)
        key, opened = self.unwrap(wrapped), list(values)
        for at, value in enumerate(values):
            if value is not None and is_locked(value):
                opened[at] = unlock(
                    key, entry, SLOTS[at], salts[at * SALT_BYTES : (at + 1) * SALT_BYTES], value
                )
        return tuple(opened)

    def close_bytes(self, name: str, value: bytes) -> tuple[bytes, bytes | None]:
        """What is no entry, bound to its name, under a key of its own; and that key, wrapped."""
        if not self.current:
            return value, None
        key = secrets.token_bytes(KEY_BYTES)
        return lock_bytes(key, name, value), self.wrap(key)

    def open_bytes(self, name: str, value: bytes, wrapped: bytes | None) -> bytes:
        """The same again. Raises Unavailable without the key, Malformed for damage."""
        return bytes(value) if wrapped is None else unlock_bytes(self.unwrap(wrapped), name, bytes(value))

    def wrap(self, key: bytes) -> bytes:
        """An entry's key under the newest key: its id, a point, and the key wrapped (RFC 3394)."""
        return f"{self.current}.".encode() + aes_key_wrap(self._keys[self.current], key)

    def unwrap(self, wrapped: bytes) -> bytes:
        """An entry's key. Raises Unavailable when the key that wrapped it is not here, Malformed for damage."""
        prefix, _, made = bytes(wrapped).partition(b".")
        name = prefix.decode("ascii", "replace")
        key = self._keys.get(name)
        if key is None:
            raise Unavailable(says("entry_key_missing", key=name))
        try:
            return aes_key_unwrap(key, made)
        except (InvalidUnwrap, ValueError):
            raise Malformed(says("not_opened")) from None

    @classmethod
    def at(cls, path: Path) -> "Vault":
        """The keys of a file, made with one key at first start. Raises Malformed."""
        if not path.exists():
            cls.rotate(path)
        try:
            stored: dict[str, str] = json.loads(path.read_text("ascii"))
            return cls({name: bytes.fromhex(key) for name, key in stored.items()})
        except (ValueError, AttributeError):
            raise Malformed(says("bad_key.entries", file=path)) from None

    @classmethod
    def rotate(cls, path: Path) -> "Vault":
        """Add a key that wraps from now on; the older ones go on unwrapping."""
        stored: dict[str, str] = json.loads(path.read_text("ascii")) if path.exists() else {}
        key = secrets.token_bytes(KEY_BYTES)
        # Named after itself: a key made anew after a loss must not pass for the one that was lost.
        stored[sha256(key).hexdigest()[:_ID]] = key.hex()
        replace_file(path, json.dumps(stored).encode(), 0o600)
        return cls.at(path)


CLEAR = Vault({})
"""No keys: writes in clear, reads what is in clear."""


def _salt(salts: bytes, slot: str) -> bytes:
    return salts[_AT[slot] : _AT[slot] + SALT_BYTES]
