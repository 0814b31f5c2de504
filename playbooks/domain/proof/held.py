"""What witnesses hold of a log, to compare the record with."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint, signed_by_log
from playbooks.domain.proof.notes import Note, NoteKey, notes
from playbooks.domain.proof.slots import b64, unb64
from playbooks.domain.saying import saying

_WORD = re.compile(r"\bmuster-head\.1\.([A-Za-z0-9_-]+)")


@dataclass(frozen=True, slots=True)
class Held:
    """A head that somebody holds: by whose word, and which."""

    witness: str
    size: int
    root: bytes


def in_a_word(note: Note) -> str:
    """A head as it is posted in chat and by mail, where lines are broken and dashes are made pretty."""
    return f"muster-head.1.{b64(str(note).encode())}"


def _notes(raw: str, log: Sequence[NoteKey]) -> list[Note]:
    """A witness's file, or whatever else has posted heads in it: of these, those that the log signed."""
    words = _WORD.findall(raw)
    if not words:
        return notes(raw)
    read = (Note.read(unb64(word).decode("utf-8", "replace")) for word in words)
    return [note for note in read if signed_by_log(note, tuple(log))]


def read_held(
    raw: str, origin: str, source: str, witnesses: Sequence[NoteKey] = (), log: Sequence[NoteKey] = ()
) -> list[Held]:
    """The heads of a log that a witness's file holds, by size, or that stand in what was saved of a room or mailbox.

    Anybody may write into a room, so of what was posted only that counts which one of the keys `log` signed. With keys
    of witnesses, only what one of them signed counts. Raises Malformed when nothing of this log is there: silence must
    not pass for agreement.
    """
    found = []
    for note in _notes(raw, log):
        checkpoint = Checkpoint.read(note.text)
        names = [key.name for key in witnesses if note.cosigned_at(key) is not None]
        if checkpoint.origin == origin and (names or not witnesses):
            found.append(Held(names[0] if names else source, checkpoint.size, checkpoint.root))
    if not found:
        code = "nothing_signed" if witnesses else "nothing"
        raise Malformed(saying(f"proof.held.{code}", source=source, origin=origin), code="nothing_held")
    return sorted(found, key=lambda held: held.size)


def newest(held: Iterable[Held]) -> int:
    """The largest size held; 0 without any."""
    return max((each.size for each in held), default=0)
