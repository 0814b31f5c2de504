"""A checkpoint (c2sp.org/tlog-checkpoint): the installation's log at a size, as witnesses of any make know it."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.notes import Note, NoteKey, Signs
from playbooks.domain.saying import saying


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, without scheme or spaces; the root is that of RFC 6962."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """The lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def read(cls, text: str) -> "Checkpoint":
        """Read the lines; further ones are the log's own and are passed over. Raises Malformed."""
        try:
            origin, size, encoded, *_ = text.split("\n")
            read = cls(origin, int(size), b64decode(encoded, validate=True))
        except (ValueError, NotBase64):
            read = cls("", -1, b"")
        if not read.origin or read.size < 0 or len(read.root) != 32 or not text.startswith(read.text):
            raise Malformed(
                saying("proof.no_checkpoint", typed=text[:60].strip()),
                code="bad_checkpoint",
            )
        return read


def log_origin(public_keys: Mapping[str, bytes]) -> str:
    """The name of an installation's log: after the first key that ever signed it, so that rotation keeps it."""
    return f"muster/{next(iter(public_keys))}"


def log_keys(public_keys: Mapping[str, bytes], origin: str | None = None) -> tuple[NoteKey, ...]:
    """The keys that sign checkpoints of a log, from raw public keys by key id, the first of them first."""
    name = origin or log_origin(public_keys)
    return tuple(NoteKey(name, Signs.NOTES, key) for key in public_keys.values())


def signed_by_log(note: Note, keys: tuple[NoteKey, ...]) -> bool:
    """Whether one of the log's keys signed it."""
    return any(note.signed(key) for key in keys)
