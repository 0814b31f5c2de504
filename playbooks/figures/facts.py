"""What the figures need of one incident, read off the entries that one reader was shown.

A reader who may not see an entry has no fact of it either, so no figure tells more than the pages do.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.release import Shown
from playbooks.domain.trace import trace_of_shown
from playbooks.figures.milestones import Milestone, milestones


class Asked(BaseModel):
    """Something that an organization was asked: a task, a question, or to join."""

    model_config = ConfigDict(frozen=True)

    organization: str
    asked_at: datetime
    answered_at: datetime | None = None
    """When the task was finished, the question answered, the invitation taken up."""
    due_at: datetime | None = None
    declined: bool = False


class IncidentFacts(BaseModel):
    """One incident, as far as its reader sees it."""

    model_config = ConfigDict(frozen=True)

    key: IncidentKey
    incident_class: str
    severity: str
    """As it stands now."""
    lead: str
    parties: tuple[str, ...]
    """Who took part, the lead first; whoever was only invited is not among them."""
    declared_at: datetime
    began_at: datetime | None = None
    """The earliest moment that an entry says something of it happened; None where none says so."""
    alerted_at: datetime | None = None
    """The first alert."""
    person_at: datetime | None = None
    """The first act of a person."""
    contained_at: datetime | None = None
    """When the phase first became recover."""
    closed_at: datetime | None = None
    """When it was last closed; None while it is open."""
    reviewed: bool = False
    """Its review is published."""
    actions: tuple[Asked, ...] = ()
    """What organizations took on in its review."""
    planned: bool = False
    """A playbook ran."""
    alerts: int = 0
    tasks: tuple[Asked, ...] = ()
    questions: tuple[Asked, ...] = ()
    invitations: tuple[Asked, ...] = ()


@dataclass
class _Reading:
    """The facts so far, while a story is read in order."""

    first: dict[str, Any] = field(default_factory=dict)
    """What the earliest entry that says it says."""
    now: dict[str, Any] = field(default_factory=dict)
    """What the latest does."""
    parties: dict[str, None] = field(default_factory=dict)
    alerts: int = 0
    tasks: dict[str, Asked] = field(default_factory=dict)
    questions: dict[str, Asked] = field(default_factory=dict)
    actions: dict[str, Asked] = field(default_factory=dict)
    invitations: dict[str, Asked] = field(default_factory=dict)

    def asked(self, kept: dict[str, Asked], name: str, organization: str, at: datetime, due: object) -> None:
        due_at = datetime.fromisoformat(due) if isinstance(due, str) else None
        kept.setdefault(name, Asked(organization=organization, asked_at=at, due_at=due_at))

    def settled(self, kept: dict[str, Asked], name: str, **update: object) -> None:
        if name in kept and kept[name].answered_at is None:
            kept[name] = kept[name].model_copy(update=update)


def facts_of(key: IncidentKey, story: Iterable[Shown]) -> IncidentFacts | None:
    """The facts of one incident; None where nothing shown says when it was declared and what kind it is."""
    reading, story = _Reading(), tuple(story)
    came = milestones(map(trace_of_shown, story))
    moments: dict[str, Any] = {field: came.get(milestone) for field, milestone in _MILESTONES.items()}
    for shown in story:
        at, data = shown.slots.get("at"), shown.slots.get("data") or {}
        if isinstance(at, str):
            _read(reading, shown, datetime.fromisoformat(at), data)
    if not {"declared_at", "incident_class"} <= reading.first.keys():
        return None
    return IncidentFacts(
        key=key,
        **moments,
        **reading.first,
        **reading.now,
        parties=tuple(reading.parties),
        alerts=reading.alerts,
        tasks=tuple(reading.tasks.values()),
        questions=tuple(reading.questions.values()),
        actions=tuple(reading.actions.values()),
        invitations=tuple(reading.invitations.values()),
    )


def _read(reading: _Reading, shown: Shown, at: datetime, data: dict[str, Any]) -> None:
    read = _READERS.get(shown.slots.get("kind", ""))
    if read is not None:
        read(reading, at, data)


_MILESTONES: dict[str, Milestone] = {
    "began_at": Milestone.BEGAN,
    "alerted_at": Milestone.ALERTED,
    "person_at": Milestone.ACKNOWLEDGED,
    "contained_at": Milestone.CONTAINED,
    "closed_at": Milestone.CLOSED,
}
"""What of the facts is defined there, once for pages and figures."""

_Read = Callable[[_Reading, datetime, dict[str, Any]], None]


def _declared(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    reading.first.update(declared_at=at, incident_class=data["class"], lead=data["lead"])
    reading.now.setdefault("severity", data["severity"])
    reading.parties = {data["lead"]: None, **reading.parties}


def _attached(reading: _Reading, _at: datetime, data: dict[str, Any]) -> None:
    reading.alerts += int(data["count"])


def _invited(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    """To one who is only invited, the invitation is all that is known of the incident."""
    code = data["organization"]
    reading.asked(reading.invitations, code, code, at, None)
    if "declared_at" not in reading.first:
        reading.first.update(
            declared_at=datetime.fromisoformat(data["declared_at"]),
            incident_class=data["class"],
            lead=data["lead"],
        )
        reading.now["severity"] = data["severity"]
        reading.parties = {data["lead"]: None}


def _joined(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    reading.parties.setdefault(data["organization"])
    reading.settled(reading.invitations, data["organization"], answered_at=at)


def _tasked(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    reading.asked(reading.tasks, data["task"], data["organization"], at, data.get("due_at"))


def _asked(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    for code in data["asked"]:
        reading.asked(reading.questions, f"{data['consultation']}/{code}", code, at, data.get("deadline_at"))


def _answered(reading: _Reading, at: datetime, data: dict[str, Any]) -> None:
    reading.settled(reading.questions, f"{data['consultation']}/{data['organization']}", answered_at=at)


_READERS: dict[str, _Read] = {
    Kind.DECLARE: _declared,
    Kind.SEVERITY_CHANGE: lambda reading, _at, data: reading.now.update(severity=data["severity"]),
    Kind.ALERTS_ATTACH: _attached,
    Kind.PARTY_INVITE: _invited,
    Kind.PARTY_JOIN: _joined,
    Kind.REVIEW_PUBLISH: lambda reading, _at, _data: reading.now.update(reviewed=True),
    Kind.ITEM_ADD: lambda reading, at, data: reading.asked(
        reading.actions, data["item"], data["organization"], at, data["due_at"]
    ),
    Kind.ITEM_DONE: lambda reading, at, data: reading.settled(reading.actions, data["item"], answered_at=at),
    Kind.RUN_START: lambda reading, _at, _data: reading.now.update(planned=True),
    Kind.TASK_ADD: _tasked,
    Kind.TASK_REQUEST: _tasked,
    Kind.TASK_DONE: lambda reading, at, data: reading.settled(reading.tasks, data["task"], answered_at=at),
    Kind.TASK_DECLINE: lambda reading, at, data: reading.settled(
        reading.tasks, data["task"], answered_at=at, declined=True
    ),
    Kind.QUESTION_OPEN: _asked,
    Kind.ANSWER_GIVE: _answered,
}
