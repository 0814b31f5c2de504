"""What a witness keeps, in a folder of its own: its key, every checkpoint it cosigned, every fork it was shown."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from playbooks.domain.errors import Malformed
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.heads import key_id
from playbooks.domain.proof.notes import Note, NoteKey, Signs, cosign, notes
from playbooks.domain.proof.witnessing import Ruled, Ruling, Submission, rule

KEY = "witness.key"
VKEY = "witness.vkey"
HELD = "checkpoints"
FORKS = "forks"


class Keeping:
    """A witness at work on its folder. Two processes on one folder wait for one another."""

    def __init__(self, folder: Path, log: Sequence[NoteKey], name: str = "") -> None:
        self._folder = folder
        self._log = log
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._locked():
            self._private = self._opened()
        public = self._private.public_key().public_bytes_raw()
        self.key = NoteKey(self._named(name, public), Signs.COSIGNATURES, public)
        (folder / VKEY).write_text(f"{self.key}\n", "ascii")

    @property
    def held(self) -> str:
        """Every checkpoint cosigned, the oldest first, one note after another."""
        path = self._folder / HELD
        return path.read_text("utf-8") if path.exists() else ""

    def newest(self, origin: str) -> Note | None:
        """The checkpoint cosigned last for a log."""
        of_log = (note for note in reversed(notes(self.held)) if Checkpoint.read(note.text).origin == origin)
        return next(of_log, None)

    def judge(self, submission: Submission, at: int) -> tuple[Ruled, Note | None]:
        """Rule on a submission; what is cosigned is on the disk before it is given out. `at`: seconds since 1970.

        The second is the newest note cosigned: the one just made, or where the witness stands.
        """
        with self._locked():
            stands = self.newest(submission.checkpoint.origin)
            ruled = rule(submission, Checkpoint.read(stands.text) if stands else None, self._log)
            if ruled.ruling is Ruling.FORK and stands is not None:
                self._append(FORKS, f"{stands}\n{submission.note}\n")
            if ruled.ruling is not Ruling.COSIGNED:
                return ruled, stands
            made = cosign(self.key, submission.note.text, at, self._private.sign)
            cosigned = submission.note.joined([made])
            self._append(HELD, f"{cosigned}\n")
            return ruled, cosigned

    def _named(self, name: str, public: bytes) -> str:
        path = self._folder / VKEY
        if path.exists():
            kept = NoteKey.read(path.read_text("ascii"))
            if kept.public == public and name in {"", kept.name}:
                return kept.name
        return name or f"muster-witness/{key_id(public)}"

    def _opened(self) -> Ed25519PrivateKey:
        path = self._folder / KEY
        if not path.exists():
            made = Ed25519PrivateKey.generate()
            pem = made.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        try:
            key = load_pem_private_key(path.read_bytes(), password=None)
        except ValueError:
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise Malformed(
                f"{path} is no Ed25519 private key in PEM; restore it from its copy.", code="bad_key"
            )
        return key

    def _append(self, name: str, text: str) -> None:
        with (self._folder / name).open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self._folder / "lock").open("a", encoding="ascii") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield
