"""Recovery codes: printed once, typed once. For the day when the authenticator is lost and chat is down."""

import hashlib
import re
import secrets
from typing import Final

from playbooks.ports.signin import RecoveryCodes

COUNT: Final = 10
_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what looks alike on paper."""
_GROUPS, _LENGTH = 4, 4
"""16 signs of 30 are 78 bits; with a KDF and five tries in fifteen minutes nobody guesses one."""
_SALT_BYTES: Final = 16
_N, _R, _P = 2**14, 8, 1
"""scrypt's cost (RFC 7914): 16 MiB a try; the codes are random, so no more is needed."""


def new_codes() -> tuple[str, ...]:
    """Codes to print, `7KQM-X2RT-...`."""
    return tuple("-".join(_group() for _ in range(_GROUPS)) for _ in range(COUNT))


def sealed(codes: tuple[str, ...]) -> RecoveryCodes:
    """What the database keeps of codes. Takes about a second: call it in a thread."""
    salt = secrets.token_bytes(_SALT_BYTES)
    return RecoveryCodes(salt=salt, hashes=tuple(hashed(code, salt) for code in codes))


def hashed(code: str, salt: bytes) -> bytes:
    """A code's hash, however it was typed: case, blanks and hyphens do not count. Call it in a thread."""
    plain = re.sub(r"[\s-]", "", code).upper().encode()
    return hashlib.scrypt(plain, salt=salt, n=_N, r=_R, p=_P, maxmem=64 * 1024 * 1024, dklen=32)


def _group() -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
