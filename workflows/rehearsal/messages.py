"""What a rehearsal is started with, told, and ends with."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey
from playbooks.rehearsal.acting import Cast


class RehearsalInput(BaseModel):
    """One playbook, rehearsed in one incident of its own."""

    model_config = ConfigDict(frozen=True)

    key: IncidentKey
    """Given out beforehand, so that the record knows whom to tell."""
    playbook: str
    cast: Cast
    patience: timedelta
    """When a run that still goes on counts as stuck."""


class Recorded(BaseModel):
    """Entries that people or the rehearsal wait for, without words."""

    model_config = ConfigDict(frozen=True)

    entries: tuple[Entry, ...]


class Rehearsed(BaseModel):
    """How it ended; everything else stands in the record."""

    model_config = ConfigDict(frozen=True)

    outcome: str
    """As the run recorded it; `stuck` when it never ended."""
