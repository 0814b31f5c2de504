"""What moves the run of a playbook on: the coded part of the entries that tell of it.

A run stands where the moves recorded of it lead (`playbooks.cacao.course`): the workflow, the page and a run that is
started again from the record all fold the same ones.
"""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind

SETTLING = (Kind.STEP_SETTLE, Kind.STEP_DECIDE, Kind.STEP_WAIT, Kind.STEP_SKIP, Kind.STEP_RETRY)
"""Something of a step came to its end, under its key."""

STEERING = (Kind.RUN_PAUSE, Kind.RUN_RESUME, Kind.RUN_ABORT)
"""Somebody says how the run as a whole goes on."""

_MOVING = (Kind.STEP_START, *SETTLING, *STEERING)


class Move(BaseModel):
    """One move of a run, as it was recorded."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    kind: Kind
    at: datetime
    step: str = ""
    """The key of what began or came to its end."""
    outcome: str = ""
    """A Result of the interpreter; other words tell people something and move nothing."""
    answer: str = ""
    out_args: dict[str, str | None] = {}
    reason: str = ""
    acted: bool = False
    """Of a failure: part of it happened, or may have."""


def move_of(entry: Entry) -> Move | None:
    """The move that an entry tells of; None for every other entry."""
    if entry.kind not in _MOVING:
        return None
    return Move.model_validate({**entry.data, "kind": entry.kind, "at": entry.at})
