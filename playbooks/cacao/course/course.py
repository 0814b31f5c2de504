"""How far a run has come: a frame for its playbook, and one for each playbook that a step of it runs."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from playbooks.cacao.next_step import Progress

_BETWEEN = "/"


class Frame(BaseModel):
    """One playbook being run. A frame stays when it has ended: what it did may have to be shown, or undone."""

    model_config = ConfigDict(frozen=True)

    content: str
    """The hash of the playbook."""
    progress: Progress


class Course(BaseModel):
    """The state of a whole run between two moves."""

    model_config = ConfigDict(frozen=True)

    frames: dict[str, Frame]
    """By the key of the step that runs them, in the order of their beginning; the run's own playbook under ``."""
    since: dict[str, datetime] = {}
    """When each thing in flight became due, by its key."""
    begun: dict[str, datetime] = {}
    """When the work for it began, as recorded; less what is due and not begun."""
    is_paused: bool = False
    is_aborted: bool = False

    @property
    def progress(self) -> Progress:
        """Of the run's own playbook."""
        return self.frames[""].progress

    @property
    def is_finished(self) -> bool:
        """Nothing more follows."""
        return self.progress.is_finished

    @property
    def outcome(self) -> str:
        """`successful`, `failed` or `aborted`, once it is finished."""
        if self.is_aborted:
            return "aborted"
        return "failed" if self.progress.is_failed else "successful"


def split(key: str) -> tuple[str, str]:
    """The frame that something due belongs to, and its key there."""
    path, _, local = key.rpartition(_BETWEEN)
    return path, local


def joined(path: str, key: str) -> str:
    """The key in the whole run."""
    return f"{path}{_BETWEEN}{key}" if path else key


def content_of(course: Course, key: str) -> str:
    """The hash of the playbook to which something due belongs."""
    return course.frames[split(key)[0]].content
