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
            raise Malformed(
                "This is no submission of a checkpoint: it begins with `old SIZE` and hashes in base64.",
                code="bad_submission",
            )
        read = cls(old, path, Note.read(note))
        if old > read.checkpoint.size:
            raise Malformed(
                "A checkpoint cannot continue a log that is larger than it.", code="bad_submission"
            )
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
        return Ruled(Ruling.UNKNOWN_LOG, f"This witness does not know the log {new.origin}.")
    if not signed_by_log(submission.note, tuple(log)):
        return Ruled(
            Ruling.UNKNOWN_KEY,
            f"The checkpoint of {new.origin} at {new.size} leaves is not signed with a key that was given to this "
            "witness; after a rotation, ask for the new public keys by another way.",
        )
    stands = latest.size if latest else 0
    if submission.old != stands:
        return Ruled(Ruling.OTHER_SIZE, f"This witness stands at {stands} leaves, not at {submission.old}.")
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
    if latest.size == new.size:
        how = f"two heads of {new.size} leaves with different roots"
    else:
        how = f"a head of {new.size} leaves that does not continue the one of {latest.size} leaves cosigned before"
    return (
        f"FORK of {new.origin}: the log showed {how}. Its history was rewritten, or it shows different ones."
    )
