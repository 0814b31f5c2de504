"""What the figures need of one incident, read off the entries that one reader was shown.

A reader who may not see an entry has no fact of it either, so no figure tells more than the pages do.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

from playbooks.domain.ids import IncidentKey
from playbooks.domain.kinds import Kind
from playbooks.domain.marking import DEFAULT_MARKING, Marking
from playbooks.domain.release import Shown
from playbooks.domain.trace import trace_of_shown
from playbooks.figures.demands import Demand, Demanded, Turn, demand_of
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
    marking: Marking = DEFAULT_MARKING
    """Of the incident as a whole."""
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
    playbooks: tuple[str, ...] = ()
    """Those that ran."""
    alerts: int = 0
    """Different ones that were attached."""
    tasks: tuple[Asked, ...] = ()
    questions: tuple[Asked, ...] = ()
    invitations: tuple[Asked, ...] = ()

    @property
    def planned(self) -> bool:
        """A playbook ran."""
        return bool(self.playbooks)


class Demands:
    """What was asked and what became of it, demand by demand in the order of the story."""

    def __init__(self) -> None:
        self.parties: dict[str, None] = {}
        """Who joined, in their order."""
        self._asked: dict[tuple[Demanded, str, str], tuple[str, datetime, datetime | None]] = {}
        """By what, item and, where each answers by herself, whom: whom, when, and until when."""
        self._settled: dict[tuple[Demanded, str, str], tuple[datetime, bool]] = {}

    def take(self, demand: Demand, at: datetime) -> None:
        """Of what was asked twice the first time counts, and so does the first answer."""
        for code in demand.asked or ("",):
            name = (demand.demanded, demand.item, code if demand.demanded in _EACH else "")
            if demand.turn is Turn.ASKED:
                self._asked.setdefault(name, (code, at, demand.due_at))
            elif name in self._asked:
                self._settled.setdefault(name, (at, demand.turn is Turn.DECLINED))
            if demand.demanded is Demanded.INVITATION and demand.turn is Turn.ANSWERED:
                self.parties.setdefault(code)

    @property
    def found(self) -> dict[str, tuple[Asked, ...]]:
        """By the fields of the facts."""
        found: dict[str, list[Asked]] = {field: [] for field in _FIELDS.values()}
        for name, (code, asked_at, due_at) in self._asked.items():
            answered_at, declined = self._settled.get(name, (None, False))
            each = Asked(
                organization=code,
                asked_at=asked_at,
                answered_at=answered_at,
                due_at=due_at,
                declined=declined,
            )
            found[_FIELDS[name[0]]].append(each)
        return {field: tuple(asked) for field, asked in found.items()}


_EACH: Final = (Demanded.QUESTION, Demanded.INVITATION)
"""Those that each who is asked answers by herself."""
_FIELDS: Final = {
    Demanded.TASK: "tasks",
    Demanded.QUESTION: "questions",
    Demanded.ACTION: "actions",
    Demanded.INVITATION: "invitations",
}


def facts_of(key: IncidentKey, story: Iterable[Shown]) -> IncidentFacts | None:
    """The facts of one incident; None where nothing shown says when it was declared and what kind it is.

    The database gives the same of many incidents at once, without opening an entry (`Views.facts`).
    """
    said, demands, story = dict[str, Any](), Demands(), tuple(story)
    came = milestones(map(trace_of_shown, story))
    moments: dict[str, Any] = {field: came.get(milestone) for field, milestone in _MILESTONES.items()}
    for shown in story:
        at, data, kind = shown.slots.get("at"), shown.slots.get("data") or {}, shown.slots.get("kind", "")
        if not isinstance(at, str):
            continue
        said |= _said(kind, datetime.fromisoformat(at), data, shown.slots.get("marking"), said)
        if (demand := demand_of(kind, data)) is not None:
            demands.take(demand, datetime.fromisoformat(at))
    if not {"declared_at", "incident_class"} <= said.keys():
        return None
    said.pop("known", None)
    parties = tuple(dict.fromkeys(filter(None, (said["lead"], *demands.parties))))
    found: dict[str, Any] = {**moments, **said, **demands.found}
    return IncidentFacts(key=key, parties=parties, **found)


_MILESTONES: dict[str, Milestone] = {
    "began_at": Milestone.BEGAN,
    "alerted_at": Milestone.ALERTED,
    "person_at": Milestone.ACKNOWLEDGED,
    "contained_at": Milestone.CONTAINED,
    "closed_at": Milestone.CLOSED,
}
"""What of the facts is defined there, once for pages and figures."""


def _said(
    kind: str, at: datetime, data: Mapping[str, Any], marking: object, before: Mapping[str, Any]
) -> dict[str, Any]:
    """What an entry says of the incident as a whole, as the fold has it."""
    match kind:
        case Kind.DECLARE:
            return {**_as_a_whole(data, at, data["marking"]), "known": True}
        case Kind.PARTY_INVITE if "known" not in before:
            # To one who is only invited, the last invitation is all that is known of the incident.
            return _as_a_whole(data, datetime.fromisoformat(data["declared_at"]), marking)
        case Kind.SEVERITY_CHANGE:
            return {"severity": data["severity"]}
        case Kind.ALERTS_ATTACH:
            return {"alerts": before.get("alerts", 0) + int(data["count"])}
        case Kind.RUN_START:
            ran = (*before.get("playbooks", ()), str(data.get("playbook", "")))
            return {"playbooks": tuple(dict.fromkeys(ran))}
        case _:
            return {"reviewed": True} if kind == Kind.REVIEW_PUBLISH else {}


def _as_a_whole(data: Mapping[str, Any], declared_at: datetime, marking: object) -> dict[str, Any]:
    return {
        "declared_at": declared_at,
        "incident_class": data["class"],
        "lead": data.get("lead", ""),
        "severity": data["severity"],
        "marking": marking,
    }
