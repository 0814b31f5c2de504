"""What a witness does with a checkpoint (c2sp.org/tlog-witness): cosign what continues what it saw, refuse a fork."""

from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint, signed_by_log
from playbooks.domain.proof.merkle import verify_consistency
from playbooks.domain.proof.notes import Note, NoteKey
from playbooks.domain.saying import saying
from playbooks.texts import load_texts

_MOST_HASHES = 63


class Ruling(StrEnum):
    """How a witness rules on a checkpoint."""

    COSIGNED = "cosigned"
    UNKNOWN_LOG = "unknown log"
    UNKNOWN_KEY = "not signed by a key of this log"
    MALFORMED = "malformed"
    OTHER_SIZE = "does not start where the witness stands"
    """Not a fault: the log asks again from the size that the witness names."""
    FORK = "fork"
    """The same log, the same size, another root; or a larger log that does not begin with what was cosigned."""


@dataclass(frozen=True, slots=True)
class Submission:
    """A checkpoint, with proof that it continues the log of `old` leaves."""

    old: int
    path: tuple[bytes, ...]
    note: Note

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint submitted."""
        return Checkpoint.read(self.note.text)

    def __str__(self) -> str:
        hashes = "".join(f"{b64encode(each).decode()}\n" for each in self.path)
        return f"old {self.old}\n{hashes}\n{self.note}"

    @classmethod
    def read(cls, raw: str) -> "Submission":
        """Read the body of `add-checkpoint`. Raises Malformed."""
        proof, _, note = raw.partition("\n\n")
        word, *hashes = proof.split("\n")
        try:
            old = int(word.removeprefix("old "))
            path = tuple(b64decode(each, validate=True) for each in hashes)
        except (ValueError, NotBase64):
            old, path = -1, ()
        if (
            word != f"old {old}"
            or old < 0
            or len(path) > _MOST_HASHES
            or any(len(each) != 32 for each in path)
        ):
            raise Malformed(saying("proof.ruling.no_submission"), code="bad_submission")
        read = cls(old, path, Note.read(note))
        if old > read.checkpoint.size:
            raise Malformed(saying("proof.ruling.larger"), code="bad_submission")
        return read


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling, in a sentence where it is no cosignature."""

    ruling: Ruling
    sentence: str = ""


def rule(submission: Submission, latest: Checkpoint | None, log: Sequence[NoteKey]) -> Ruled:
    """Whether to cosign, given what was cosigned last for this log, and the log's keys."""
    new = submission.checkpoint
    if not log or new.origin != log[0].name:
        return Ruled(Ruling.UNKNOWN_LOG, load_texts().say("proof.ruling.unknown_log", origin=new.origin))
    if not signed_by_log(submission.note, tuple(log)):
        return Ruled(
            Ruling.UNKNOWN_KEY,
            load_texts().say("proof.ruling.unknown_key", origin=new.origin, size=new.size),
        )
    stands = latest.size if latest else 0
    if submission.old != stands:
        return Ruled(
            Ruling.OTHER_SIZE, load_texts().say("proof.ruling.other_size", stands=stands, old=submission.old)
        )
    if latest is None or _continues(submission, latest):
        return Ruled(Ruling.COSIGNED)
    return Ruled(Ruling.FORK, fork_sentence(latest, new))


def _continues(submission: Submission, latest: Checkpoint) -> bool:
    new = submission.checkpoint
    if latest.size == 0:
        return not submission.path
    return verify_consistency(latest.size, new.size, latest.root, new.root, submission.path)


def fork_sentence(latest: Checkpoint, new: Checkpoint) -> str:
    """A fork by name."""
    code = "same_size" if latest.size == new.size else "other_size"
    about = {"origin": new.origin, "size": new.size, "latest": latest.size}
    return load_texts().say(f"proof.fork.{code}", **about)
