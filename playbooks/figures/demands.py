"""Demands: what an entry asks of organizations, or tells of as settled. The figures on response count them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from playbooks.domain.kinds import Kind


class Demanded(StrEnum):
    """What was asked for."""

    TASK = "task"
    QUESTION = "question"
    ACTION = "action"
    """An improvement that an organization took on in the review."""
    INVITATION = "invitation"


class Turn(StrEnum):
    """What an entry tells of it."""

    ASKED = "asked"
    ANSWERED = "answered"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Demand:
    """Something asked of organizations, each of which answers by itself; or one of their answers."""

    demanded: Demanded
    turn: Turn
    item: str
    """The task, question or action; empty for an invitation."""
    asked: tuple[str, ...] = ()
    """Whom; of what is settled, who did, where that is said."""
    due_at: datetime | None = None


def demand_of(kind: str, data: Mapping[str, Any]) -> Demand | None:
    """What an entry of this kind asks or settles; None for most, and where it may not be told of whom."""
    read = _DEMANDS.get(kind)
    try:
        return None if read is None else read(data)
    except KeyError:
        return None


def _moment(said: object) -> datetime | None:
    return datetime.fromisoformat(said) if isinstance(said, str) and said else None


def _tasked(data: Mapping[str, Any]) -> Demand:
    due_at = _moment(data.get("due_at"))
    return Demand(Demanded.TASK, Turn.ASKED, data["task"], (data["organization"],), due_at)


_DEMANDS: dict[str, Callable[[Mapping[str, Any]], Demand]] = {
    Kind.TASK_ADD: _tasked,
    Kind.TASK_REQUEST: _tasked,
    Kind.TASK_DONE: lambda data: Demand(Demanded.TASK, Turn.ANSWERED, data["task"]),
    Kind.TASK_DECLINE: lambda data: Demand(Demanded.TASK, Turn.DECLINED, data["task"]),
    Kind.QUESTION_OPEN: lambda data: Demand(
        Demanded.QUESTION,
        Turn.ASKED,
        data["consultation"],
        tuple(data["asked"]),
        _moment(data.get("deadline_at")),
    ),
    Kind.ANSWER_GIVE: lambda data: Demand(
        Demanded.QUESTION, Turn.ANSWERED, data["consultation"], (data["organization"],)
    ),
    Kind.ITEM_ADD: lambda data: Demand(
        Demanded.ACTION, Turn.ASKED, data["item"], (data["organization"],), _moment(data["due_at"])
    ),
    Kind.ITEM_DONE: lambda data: Demand(Demanded.ACTION, Turn.ANSWERED, data["item"]),
    Kind.PARTY_INVITE: lambda data: Demand(Demanded.INVITATION, Turn.ASKED, "", (data["organization"],)),
    Kind.PARTY_JOIN: lambda data: Demand(Demanded.INVITATION, Turn.ANSWERED, "", (data["organization"],)),
}
