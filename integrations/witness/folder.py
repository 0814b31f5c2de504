"""A witness that looks into a folder when it likes: a share, a stick, a synchronized directory.

`submission` is written here and read there; `cosigned` (its newest) and `refusal` are written there and read here.
"""

from collections.abc import Callable
from pathlib import Path

from playbooks.domain.errors import Transient
from playbooks.domain.proof.checkpoint import Checkpoint
from playbooks.domain.proof.notes import Note
from playbooks.domain.proof.witnessing import Ruled, Ruling, Submission
from playbooks.domain.saying import saying
from playbooks.ports.witness import Answer

SUBMISSION = "submission"
COSIGNED = "cosigned"
REFUSAL = "refusal"


class FolderWitness:
    """A witness behind a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def submit(self, submission: Submission) -> Answer:
        """See the port."""
        try:
            return self._exchange(submission)
        except OSError as error:
            raise Transient(
                saying("vendor.folder_unused", folder=self._folder, fault=error.strerror)
            ) from error

    def _exchange(self, submission: Submission) -> Answer:
        refusal = self._read(REFUSAL)
        if refusal:
            return Answer(Ruling.FORK, sentence=refusal)
        cosigned = Note.read(said) if (said := self._read(COSIGNED)) else None
        stands = Checkpoint.read(cosigned.text).size if cosigned else 0
        if stands != submission.old:
            return Answer(Ruling.OTHER_SIZE, cosigned, stands)
        place_whole(self._folder / SUBMISSION, str(submission))
        return Answer(Ruling.COSIGNED, cosigned)

    def _read(self, name: str) -> str:
        path = self._folder / name
        return path.read_text("utf-8") if path.exists() else ""


def place_whole(path: Path, text: str) -> None:
    """Put a file there whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(text, "utf-8")
    draft.replace(path)


def look(folder: Path, judge: Callable[[Submission], tuple[Ruled, Note | None]]) -> Ruled | None:
    """The witness's side: rule on what lies in the folder, and leave the answer; None when nothing new does."""
    waiting = folder / SUBMISSION
    if not waiting.exists():
        return None
    submission = Submission.read(waiting.read_text("utf-8"))
    ruled, newest = judge(submission)
    if newest is not None:
        place_whole(folder / COSIGNED, str(newest))
    if ruled.ruling in {Ruling.COSIGNED, Ruling.OTHER_SIZE}:
        (folder / REFUSAL).unlink(missing_ok=True)
    else:
        place_whole(folder / REFUSAL, ruled.sentence)
    waiting.unlink()
    return ruled
