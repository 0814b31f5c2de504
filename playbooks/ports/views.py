"""What people read: each answer holds only what the release rule gives this reader."""

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.alerts.spike import Spike
from playbooks.cacao.course import StepStanding
from playbooks.domain.alert import Indicator
from playbooks.domain.case import Case, Run
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import Phase, Severity
from playbooks.domain.release import Reader, Shown
from playbooks.domain.trace import Trace
from playbooks.figures.facts import IncidentFacts
from playbooks.ports.listing import Wanted


class IncidentLine(BaseModel):
    """One incident in a list, at a glance."""

    model_config = ConfigDict(frozen=True)

    key: IncidentKey
    title: str
    severity: Severity
    phase: Phase
    lead: OrganizationCode
    parties: tuple[OrganizationCode, ...]
    invited: tuple[OrganizationCode, ...]
    """Of the parties, those that have not said yet whether they join."""
    commander: str
    declared_at: datetime
    closed_at: datetime | None
    marking: str
    waiting: int
    """Open tasks and questions that this reader may see."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list of incidents."""

    lines: tuple[IncidentLine, ...]
    total: int
    """Incidents on all its pages."""
    parties: tuple[OrganizationCode, ...] = ()
    """Who takes or took part in the open ones, or, where closed ones are wanted, in any."""
    page: int = 1
    pages: int = 1
    hits: Mapping[IncidentKey, Sequence[Shown]] = field(default_factory=dict)
    """Where words are wanted: the newest few entries of each line that say them."""


class TriageItem(BaseModel):
    """An alert, or a group of the same, that no rule declared: a person decides."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    title: str
    severity: str
    count: int
    first_at: datetime
    last_at: datetime
    reason: str
    """Why it waits here, in a sentence."""
    organization: OrganizationCode | None
    owner: str = ""
    """Who looks at it."""


class AlertShown(BaseModel):
    """One alert of a group, as people read it."""

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    title: str
    severity: str
    vendor_severity: str
    product: str
    rule: str
    times: int
    received_at: datetime
    last_at: datetime
    touched: tuple[str, ...]
    """Hosts, users, addresses and whatever else it is about."""
    techniques: tuple[str, ...]
    indicators: tuple[str, ...]
    link: str | None
    """Back to the source."""
    status: str = "new"
    decision: str = ""
    """What the rules in force say of it: `declare`, `triage` or `suppress`; with the rule and why."""
    decision_rule: str = ""
    decision_why: str = ""


class GroupShown(BaseModel):
    """A group of alerts, why it stands as it does, and its latest alerts."""

    model_config = ConfigDict(frozen=True)

    item: TriageItem
    status: str
    rule: str
    """The routing rule that decided, or `person`."""
    incident: IncidentKey | None
    alerts: tuple[AlertShown, ...]
    alerts_in_all: int
    grouped_by: str = ""
    """The grouping rule; empty where a person put it together or the rules have changed since."""
    in_common: tuple[str, ...] = ()
    """What its alerts have in common by that rule."""
    rules: str = ""
    """The identity of the rules in force, as the record has it."""
    held_until: datetime | None = None
    """It comes and goes, and nothing follows from its alerts until then."""


@dataclass(frozen=True, eq=False)
class Outline:
    """An incident as it stands for a reader, and a trace of each entry that is hers; one object while nothing comes."""

    case: Case
    traces: tuple[Trace, ...]


class RunShown(BaseModel):
    """A run of a playbook, and how each of its steps stands."""

    model_config = ConfigDict(frozen=True)

    run: Run
    is_paused: bool = False
    steps: tuple[StepStanding, ...] = ()
    """In the order of doing; empty where the playbook cannot be read."""


class Views(Protocol):
    """Reads; what a reader may not know of is as if it were not there."""

    async def incidents(self, reader: Reader, *, open_only: bool = False) -> Sequence[IncidentLine]:
        """The incidents this reader may know of, the newest first."""
        ...

    async def listed(
        self, reader: Reader, wanted: Wanted, among: Collection[IncidentKey] | None = None
    ) -> Listing:
        """A page of the incidents that this reader may know of, and where its words are in entries that are hers.

        Of `among` alone, where that is said.
        """
        ...

    async def facts(self, reader: Reader) -> Sequence[IncidentFacts]:
        """What the figures need of each incident that she may know of, the newest first: `facts_of` her story."""
        ...

    async def case(self, reader: Reader, key: IncidentKey) -> Case:
        """One incident as this reader may have it. Raises NotFound, also for what may not be known."""
        ...

    async def outline(self, reader: Reader, key: IncidentKey) -> Outline:
        """One incident without the words of its entries: what a page of any length begins with. Raises NotFound."""
        ...

    async def indicators(self, reader: Reader, key: IncidentKey) -> Sequence[Indicator]:
        """What its newest alerts name to look for, each once; of those that her own organization was sent alone."""
        ...

    async def told(self, reader: Reader, key: IncidentKey, traces: Sequence[Trace]) -> Sequence[Shown]:
        """The entries of these traces, in their order; those that may not be had are left out. Raises NotFound."""
        ...

    async def runs(self, reader: Reader, key: IncidentKey) -> tuple[RunShown, ...]:
        """The runs of an incident's playbooks, each step as far as this reader may know. Raises NotFound."""
        ...

    async def story(self, reader: Reader, key: IncidentKey, after: int = 0) -> list[Shown]:
        """The entries of an incident in order, those wholly withheld left out; `after` a position.

        Who looked at it is no part of its story.
        """
        ...

    async def shared(self, reader: Reader, chosen: Reader, key: IncidentKey) -> tuple[Case, Sequence[Shown]]:
        """What of an incident both may have, slot by slot: what one reader may hand out made for another.

        Raises NotFound, also where the chosen one may not know of it.
        """
        ...

    async def triage(self, reader: Reader) -> Sequence[TriageItem]:
        """What waits for a person to decide whether it is an incident."""
        ...

    async def group(self, reader: Reader, id: str) -> GroupShown:
        """One group of alerts of the reader's organization. Raises NotFound."""
        ...

    async def spikes(self, reader: Reader) -> Sequence[Spike]:
        """The sources of the reader's organization that send far more than usual."""
        ...

    async def raised_by(self, reader: Reader, key: IncidentKey) -> Sequence[TriageItem]:
        """The groups of alerts of the reader's organization that belong to an incident: why it was declared."""
        ...

    def changes(self) -> AsyncIterator[IncidentKey]:
        """The key of each incident as something is recorded of it, from now on."""
        ...
