"""Signed notes (c2sp.org/signed-note): a few lines of text, and under them signature lines of named keys.

Checkpoints of the log and cosignatures of witnesses travel as notes, so that any witness and any reader of that
family can deal with them.
"""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256
from itertools import groupby

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from playbooks.domain.errors import Malformed
from playbooks.domain.saying import saying

Sign = Callable[[bytes], bytes]
"""Makes an Ed25519 signature over bytes."""

_DASH = "\u2014"
_MOST_SIGNATURES = 64
_COSIGNED = "cosignature/v1\ntime {at}\n{text}"


class Signs(IntEnum):
    """What a key signs: the type byte of its id."""

    NOTES = 0x01
    """Ed25519 over the text: what a log signs its checkpoints with."""
    COSIGNATURES = 0x04
    """Ed25519 over a time and the text: what a witness signs with (c2sp.org/tlog-cosignature)."""


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A public key by name. Written down, it is a *vkey*: `name+id+base64`."""

    name: str
    signs: Signs
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that, with the name, say which key made a signature."""
        return sha256(f"{self.name}\n".encode() + self._typed).digest()[:4]

    @property
    def _typed(self) -> bytes:
        return bytes([self.signs]) + self.public

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self._typed).decode()}"

    @classmethod
    def read(cls, text: str) -> "NoteKey":
        """Read a vkey. Raises Malformed."""
        try:
            name, given, encoded = text.strip().split("+", 2)
            typed = b64decode(encoded, validate=True)
            key = cls(_name(name), Signs(typed[0]), typed[1:])
        except (ValueError, IndexError, NotBase64):
            raise _malformed("key", text) from None
        if key.id.hex() != given or len(key.public) != 32:
            raise _malformed("id", text)
        return key


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line: the key's name and id, and what it made."""

    name: str
    key: bytes
    made: bytes

    def __str__(self) -> str:
        return f"{_DASH} {self.name} {b64encode(self.key + self.made).decode()}\n"

    @classmethod
    def read(cls, line: str) -> "Signature":
        """Read a line. Raises Malformed."""
        try:
            dash, name, encoded = line.split(" ")
            name, raw = _name(name), b64decode(encoded, validate=True)
        except (ValueError, NotBase64):
            raise _malformed("line", line) from None
        if dash != _DASH or len(raw) < 5:
            raise _malformed("dash", line)
        return cls(name, raw[:4], raw[4:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text, every line of it ended, and the signatures under it."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))

    def signed(self, key: NoteKey) -> bool:
        """Whether this key signed it."""
        return any(_good(key, self.text, line) for line in self.signatures)

    def cosigned_at(self, key: NoteKey) -> int | None:
        """When this witness cosigned it, seconds since 1970; None when it did not."""
        return max(
            (int.from_bytes(line.made[:8]) for line in self.signatures if _good(key, self.text, line)),
            default=None,
        )

    def joined(self, lines: Iterable[Signature]) -> "Note":
        """The same with further signatures."""
        return Note(self.text, tuple(dict.fromkeys((*self.signatures, *lines))))

    @classmethod
    def read(cls, raw: str) -> "Note":
        """Read one note. Raises Malformed."""
        text, blank, lines = raw.rpartition("\n\n")
        signatures = signature_lines(lines)
        if not blank or not text or not signatures:
            raise _malformed("note", raw)
        return cls(f"{text}\n", signatures)


def signature_lines(raw: str) -> tuple[Signature, ...]:
    """Read signature lines, each ended. Raises Malformed."""
    lines = raw.splitlines()
    if raw and not raw.endswith("\n"):
        raise _malformed("end", raw)
    if len(lines) > _MOST_SIGNATURES:
        raise _malformed("many", raw)
    return tuple(map(Signature.read, lines))


def notes(raw: str) -> list[Note]:
    """Read notes that stand one after another, with or without empty lines between. Raises Malformed."""
    runs = [(signs, list(lines)) for signs, lines in groupby(raw.splitlines(), _is_signature)]
    found = []
    for (_, text), (_, lines) in zip(runs[::2], runs[1::2], strict=False):
        words = "\n".join(text).strip("\n")
        found.append(Note(f"{words}\n", signature_lines("".join(f"{line}\n" for line in lines))))
    return found


def _is_signature(line: str) -> bool:
    return line.startswith(_DASH)


def sign(key: NoteKey, text: str, with_key: Sign) -> Signature:
    """A log's signature."""
    return Signature(key.name, key.id, with_key(text.encode()))


def cosign(key: NoteKey, text: str, at: int, with_key: Sign) -> Signature:
    """A witness's signature, `at` seconds since 1970."""
    return Signature(key.name, key.id, at.to_bytes(8) + with_key(_COSIGNED.format(at=at, text=text).encode()))


def _good(key: NoteKey, text: str, line: Signature) -> bool:
    if (line.name, line.key) != (key.name, key.id):
        return False
    signed, made = text, line.made
    if key.signs is Signs.COSIGNATURES:
        signed, made = _COSIGNED.format(at=int.from_bytes(made[:8]), text=text), made[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.public).verify(made, signed.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _name(name: str) -> str:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise ValueError(name)
    return name


def _malformed(what: str, given: str) -> Malformed:
    return Malformed(
        saying(f"proof.note.{what}", typed=given.strip()[:60], most=_MOST_SIGNATURES), code="bad_note"
    )
