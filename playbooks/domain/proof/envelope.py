"""Bodies under lock: each slot under a key of its own, made from its entry's key and its salt.

So the key of a slot goes with its salt: once the salt is destroyed, a copy of the ciphertext and of the entry's key
opens nothing. The entry's key is wrapped for the installation and sealed for organizations (docs/record.md).
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from playbooks.domain.errors import Malformed

ENCRYPTED = ("actor", "data", "who", "texts", "cause")
"""The slots whose values are encrypted where they are stored; the others say when, of what kind, and for whom."""

KEY_BYTES = 32
_LOCKED = "~"
"""Begins a value under lock; no canonical JSON begins so."""
_NONCE = bytes(12)
"""Each key encrypts one value once, so the nonce may be fixed (NIST SP 800-38D, section 8.2)."""
_SEALED = b"muster entry key v1"
_BLOCK = 64
_INNER, _OUTER = (bytes(each ^ pad for each in range(256)) for pad in (0x36, 0x5C))


def is_locked(value: str) -> bool:
    """Whether a stored value is ciphertext."""
    return value.startswith(_LOCKED)


def lock(key: bytes, entry: str, slot: str, salt: bytes, value: str) -> str:
    """The value under lock. `key` is the entry's, used for nothing else; `salt` the slot's."""
    made = AESGCM(_slot_key(key, slot, salt)).encrypt(_NONCE, value.encode(), _bound(entry, slot))
    return _LOCKED + b64encode(made).decode()


def unlock(key: bytes, entry: str, slot: str, salt: bytes, value: str) -> str:
    """The value again. Raises Malformed for anything that was not locked so: another slot's, another entry's."""
    try:
        made = b64decode(value.removeprefix(_LOCKED), validate=True)
        return AESGCM(_slot_key(key, slot, salt)).decrypt(_NONCE, made, _bound(entry, slot)).decode()
    except (InvalidTag, NotBase64, ValueError):
        raise Malformed(
            f"The slot {slot} of {entry} does not open with its key.", code="not_opened"
        ) from None


def lock_bytes(key: bytes, name: str, value: bytes) -> bytes:
    """What is made of entries, under lock and bound to its name. `key` is random, and for this value alone."""
    return AESGCM(key).encrypt(_NONCE, value, name.encode())


def unlock_bytes(key: bytes, name: str, locked: bytes) -> bytes:
    """The same again. Raises Malformed for anything that was not locked so."""
    try:
        return AESGCM(key).decrypt(_NONCE, locked, name.encode())
    except InvalidTag:
        raise Malformed("What lies under lock does not open with its key.", code="not_opened") from None


def _slot_key(key: bytes, slot: str, salt: bytes) -> bytes:
    """HKDF-Expand (RFC 5869, section 2.3) for one block: the entry's key is random already.

    Its HMAC (RFC 2104) is written out, for each slot of each entry asks for one: two hashes cost a third of what it
    costs to have OpenSSL set one up.
    """
    filled = key.ljust(_BLOCK, b"\0")
    inner = sha256(filled.translate(_INNER) + salt + slot.encode() + b"\x01").digest()
    return sha256(filled.translate(_OUTER) + inner).digest()


def _bound(entry: str, slot: str) -> bytes:
    return f"{entry}\n{slot}".encode()


def seal_for(public: bytes, ephemeral: bytes, entry: str, key: bytes) -> bytes:
    """An entry's key for whoever holds the private key of `public`; `ephemeral` is 32 random bytes, used once.

    The ephemeral public key, then AES-256-GCM under HKDF-SHA256 of the X25519 agreement (as ECIES).
    """
    own = X25519PrivateKey.from_private_bytes(ephemeral)
    shown = own.public_key().public_bytes_raw()
    agreed = own.exchange(X25519PublicKey.from_public_bytes(public))
    return shown + AESGCM(_agreed(agreed, shown + public)).encrypt(_NONCE, key, entry.encode())


def open_sealed(private: bytes, entry: str, sealed: bytes) -> bytes:
    """The entry's key again. Raises Malformed when it was sealed for another key, or for another entry."""
    own = X25519PrivateKey.from_private_bytes(private)
    shown, public = sealed[:32], own.public_key().public_bytes_raw()
    try:
        agreed = own.exchange(X25519PublicKey.from_public_bytes(shown))
        return AESGCM(_agreed(agreed, shown + public)).decrypt(_NONCE, sealed[32:], entry.encode())
    except (InvalidTag, ValueError):
        raise Malformed(
            f"The key of {entry} was not sealed for this private key.", code="not_opened"
        ) from None


def _agreed(secret: bytes, both: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=both, info=_SEALED).derive(secret)
