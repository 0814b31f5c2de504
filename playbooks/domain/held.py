"""What witnesses hold of a log, to compare the record with."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playbooks.domain.checkpoint import Checkpoint
from playbooks.domain.errors import Malformed
from playbooks.domain.notes import NoteKey, notes


@dataclass(frozen=True, slots=True)
class Held:
    """A head that somebody holds: by whose word, and which."""

    witness: str
    size: int
    root: bytes


def read_held(raw: str, origin: str, source: str, witnesses: Sequence[NoteKey] = ()) -> list[Held]:
    """The heads of a log that a witness's file holds, by size.

    With keys of witnesses, only what one of them signed counts. Raises Malformed when nothing of this log is there:
    silence must not pass for agreement.
    """
    found = []
    for note in notes(raw):
        checkpoint = Checkpoint.read(note.text)
        names = [key.name for key in witnesses if note.cosigned_at(key) is not None]
        if checkpoint.origin == origin and (names or not witnesses):
            found.append(Held(names[0] if names else source, checkpoint.size, checkpoint.root))
    if not found:
        signed = " that is signed with the witness's key" if witnesses else ""
        raise Malformed(
            f"{source} holds no checkpoint of the log {origin}{signed}; ask the witness for what it holds of it.",
            code="nothing_held",
        )
    return sorted(found, key=lambda held: held.size)


def newest(held: Iterable[Held]) -> int:
    """The largest size held; 0 without any."""
    return max((each.size for each in held), default=0)
