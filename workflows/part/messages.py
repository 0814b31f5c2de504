"""What a part is started with and told."""

from typing import Self

from pydantic import BaseModel, ConfigDict

from playbooks.actions.effect import EffectRequest
from playbooks.domain.command import Command, Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, TaskId
from playbooks.domain.situation import Situation
from playbooks.domain.task import PartState
from workflows.activities.recording import WordsFrom


class PartInput(BaseModel):
    """The part to begin with, and the incident around it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: PartState
    situation: Situation
    judged: dict[str, Verdict] = {}
    undone: tuple[EffectRequest, ...] = ()
    wanted: "tuple[TaskWanted, ...]" = ()
    due: tuple[Entry, ...] = ()

    @classmethod
    def empty(cls, organization: OrganizationCode, situation: Situation) -> Self:
        """A part with no tasks yet."""
        return cls(part=PartState(organization=organization, lead=situation.incident.lead), situation=situation)


class TaskWanted(BaseModel):
    """Work that a playbook, or another organization's part, asks of this part."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    command: Command
    """A `task.add`; its `origin` is what waits for the task."""
    words: WordsFrom | None = None
    report_to: str = ""
    """The workflow that is told when the task is settled; empty for none."""


class TaskSettled(BaseModel):
    """A task came to its end."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    origin: str
    task: TaskId | None
    status: str
    """A TaskStatus, or `refused`."""
    answer: str = ""
    rule: str = ""


PartInput.model_rebuild()
