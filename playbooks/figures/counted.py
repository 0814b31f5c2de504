"""What an entry counts for in the figures: codes and moments alone, so that the database counts without opening it.

The rules are those of `facts_of`, an entry at a time; both are tested to give the same for every reader.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import ActorKind
from playbooks.domain.entry import Entry
from playbooks.domain.kinds import Kind
from playbooks.domain.trace import whole_trace
from playbooks.figures.demands import Demanded, Turn, demand_of
from playbooks.figures.milestones import Milestone, milestones


class Counted(BaseModel):
    """None: nothing of it."""

    model_config = ConfigDict(frozen=True)

    alerted: bool | None = None
    """It tells of an alert."""
    contained: bool | None = None
    alerts: int | None = None
    """So many different ones were attached."""
    happened_at: datetime | None = None
    """When something of the incident happened, where it was entered late."""
    playbook: str | None = None
    """A run of it began."""
    demanded: Demanded | None = None
    turn: Turn | None = None
    demand: str | None = None
    """The task, question or action."""
    asked: tuple[str, ...] | None = None
    due_at: datetime | None = None


_NOTHING = Counted()


def acted(entry: Entry) -> bool:
    """Whether it is an act of a person; who looked at an incident did nothing about it."""
    return entry.actor.kind is ActorKind.PERSON and entry.kind != Kind.CASE_VIEW


def counted_of(entry: Entry) -> Counted | None:
    """What an entry counts for; None for most. Raises nothing: whatever its age, an entry is recorded."""
    if entry.kind not in _COUNTING and "happened_at" not in entry.data:
        return None
    came = milestones([whole_trace(entry, None)])
    counted = Counted(
        alerted=Milestone.ALERTED in came or None,
        contained=Milestone.CONTAINED in came or None,
        alerts=int(entry.data["count"]) if entry.kind == Kind.ALERTS_ATTACH else None,
        happened_at=came.get(Milestone.BEGAN),
        playbook=str(entry.data.get("playbook", "")) if entry.kind == Kind.RUN_START else None,
        **_demanded(entry),
    )
    return None if counted == _NOTHING and entry.kind != Kind.REVIEW_PUBLISH else counted


def _demanded(entry: Entry) -> Mapping[str, Any]:
    demand = demand_of(entry.kind, entry.data)
    if demand is None:
        return {}
    return {
        "demanded": demand.demanded,
        "turn": demand.turn,
        "demand": demand.item,
        "asked": demand.asked,
        "due_at": demand.due_at,
    }


_COUNTING = frozenset(
    {
        *(Kind.DECLARE, Kind.PARTY_INVITE, Kind.PARTY_JOIN, Kind.PHASE_CHANGE, Kind.RUN_START),
        *(Kind.ALERTS_RECEIVE, Kind.ALERTS_GROUP, Kind.ALERTS_ATTACH),
        *(Kind.TASK_ADD, Kind.TASK_REQUEST, Kind.TASK_DONE, Kind.TASK_DECLINE),
        *(Kind.QUESTION_OPEN, Kind.ANSWER_GIVE, Kind.ITEM_ADD, Kind.ITEM_DONE, Kind.REVIEW_PUBLISH),
    }
)
