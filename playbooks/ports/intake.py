"""Intake: what sources sent is kept before it is understood (docs/decisions/intake-accepted-before-understood.md).

delivery   what one request carried: raw bytes of one source, with a mark for each document in it
batch      deliveries understood together; one entry of the record each
group      alerts of one attack; becomes at most one incident
"""

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.alerts.spike import Counted
from playbooks.domain.alert import AlertSeverity, NormalizedAlert
from playbooks.domain.entry import Entry
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.routing import Declare
from playbooks.domain.saying import Saying
from playbooks.ports.inbox import Errand
from playbooks.ports.record import Settlement

QUIET = timedelta(hours=24)
"""After so long a silence the same is no repeat: the bytes are a new alert, a dismissed group is looked at anew."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Bytes that hold no alert, and why in a sentence for the sender's operator."""

    raw: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request's worth, taken apart but not understood."""

    id: UUID
    source: str
    organization: OrganizationCode
    body: bytes
    received_at: datetime
    marks: tuple[bytes, ...]
    """One for each document in order: the first 16 bytes of the SHA-256 of source and bytes."""
    unreadable: tuple[Unreadable, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a delivery's documents."""

    accepted: int
    duplicates: int
    set_aside: int


def is_group(id: str) -> bool:
    """Whether what a command at triage names is a group of alerts; else it is a source."""
    return id.startswith("G-")


class GroupStatus(StrEnum):
    """Where a group stands."""

    TRIAGE = "triage"
    """A person decides whether it is an incident."""
    DECLARING = "declaring"
    """A rule declared it; the incident's key is on its way."""
    ATTACHED = "attached"
    """It belongs to an incident that is open."""
    DISMISSED = "dismissed"
    """A person decided that it is none."""
    SUPPRESSED = "suppressed"
    """A rule says that it bothers nobody, until it ends; whatever comes is judged anew."""
    MERGED = "merged"
    """A person put it into another group, which has its alerts and gets those to come."""
    ENDED = "ended"
    """Its incident is closed, or it was silent for long: what comes next is a new group."""


class Group(BaseModel):
    """Alerts of one attack."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """`G-` and 16 digits: the key, and which of the groups with this key it is."""
    key: str
    """`grouping.group_key` of its alerts."""
    generation: int
    source: str
    organization: OrganizationCode
    title: str
    severity: AlertSeverity
    """The worst of its alerts."""
    alerts: int
    """Different alerts."""
    arrivals: int
    """How often any of them came, repeats included."""
    first_at: AwareDatetime
    last_at: AwareDatetime
    status: GroupStatus
    rule: str
    because: Saying | str
    """Why it stands as it does: what a person or a rule says in its own words, or a text of the catalogue."""
    declares: Declare | None = None
    """What the rule asked for, once one has."""
    incident: IncidentKey | None = None
    told: int = 0
    """How many arrivals its incident knows of."""
    told_severity: AlertSeverity = AlertSeverity.UNKNOWN
    """The worst severity its incident knows of."""
    errands: int = 0
    """How many errands were posted for it; the number of the last."""
    waiting: bool = False
    """An errand for it is not settled; what arrives meanwhile is told with the next."""
    owner: str = ""
    """Who looks at it, while it is at triage."""
    held_until: AwareDatetime | None = None
    """It flaps, and nothing follows from its alerts until then, when it is looked at anew."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """One alert of a batch and how often it came in it; the same alert in two deliveries is one sighting."""

    alert: NormalizedAlert
    source: str
    delivery: UUID
    """The first that held it."""
    delivery_key: str
    fingerprint: str
    group_key: str
    times: int
    again_at: datetime | None = None
    """When it came last, where it came more than once."""

    @property
    def last_at(self) -> datetime:
        """When it came last; when it came first is the alert's `received_at`."""
        return self.again_at or self.alert.received_at


@dataclass(frozen=True, slots=True)
class Kept:
    """One alert as it is kept: without its raw bytes, which are in its delivery's body."""

    alert: NormalizedAlert
    source: str
    delivery: UUID
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a batch's alerts."""

    groups: Mapping[str, Group]
    """The newest group of each key that has one."""
    seen: frozenset[tuple[str, str]]
    """Pairs of group id and delivery key that were seen before."""
    regrouped: Mapping[tuple[str, str], "Regrouping"] = field(default_factory=dict)
    """Where people sent a group key's alerts: by key and fingerprint, by key and nothing for all of them."""
    resolved: Mapping[str, Collection[datetime]] = field(default_factory=dict)
    """By fingerprint, when what is seen again here was resolved lately (`flapping.LOOK_BACK`)."""


@dataclass(frozen=True, slots=True)
class Change:
    """A group as it is to stand, and what is to be done about it."""

    group: Group
    errands: tuple[Errand, ...] = ()


@dataclass(frozen=True, slots=True)
class Regrouping:
    """A person's word over the grouping rules: what has `key` (and `fingerprint`, if given) goes to a group.

    It holds for that one attack: when the group is over, the rules decide again.
    """

    key: str
    group: str
    """The id of the group that takes it in."""
    target: str
    """Its key."""
    fingerprint: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Alerts that go from one group to another; all of them, or those of some fingerprints."""

    origin: str
    target: str
    """Ids of groups."""
    fingerprints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AtTriage:
    """What a decision at triage is made on."""

    groups: tuple[Group, ...]
    """In the order in which they were named."""
    alerts: tuple["KeptAlert", ...] = ()
    """Those of the fingerprints that were named."""
    aside: tuple["Aside", ...] = ()
    """What was set aside of the sources that were named."""
    asked: Mapping[str, str] = field(default_factory=dict)
    """By group or source: who asked that it be erased, where somebody did and nobody decided."""


@dataclass(frozen=True, slots=True)
class Aside:
    """What was set aside of a source: parts of requests that are no alerts."""

    source: str
    organization: OrganizationCode


@dataclass(frozen=True, slots=True)
class KeptAlert:
    """What is counted of an alert that is kept."""

    fingerprint: str
    severity: AlertSeverity
    title: str
    times: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class TriageDecision:
    """What a person decided about groups, and everything that follows: committed in one transaction."""

    changes: tuple[Change, ...]
    entries: tuple[Entry, ...]
    verdict: Settlement
    moves: tuple[Move, ...] = ()
    regroupings: tuple[Regrouping, ...] = ()
    asked: Mapping[str, str | None] = field(default_factory=dict)
    """As in `AtTriage`, as it is to stand; None where it is settled."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Deliveries understood together, and everything that follows: committed in one transaction."""

    deliveries: tuple[UUID, ...]
    groups: tuple[Group, ...]
    """New ones and changed ones, as they are to stand; one for each group key of the sightings."""
    sightings: tuple[Sighting, ...]
    unreadable: tuple[tuple[UUID, Unreadable], ...]
    """Found while understanding; each with its delivery."""
    errands: tuple[Errand, ...]
    entries: tuple[Entry, ...]


class Intake(Protocol):
    """The request path: committed before it is answered."""

    async def receive(self, delivery: Delivery) -> Receipt:
        """Keep a delivery; returns after the commit. Raises Unavailable, and then nothing was kept."""

    async def set_aside(self, delivery: Delivery, reason: str) -> None:
        """Keep what was refused as a whole, for a person to look at. Raises Unavailable."""


class Understanding(Protocol):
    """What the understanding loop reads and writes; one at a time, under the lease `intake`."""

    async def waiting(self, *, most: int, most_bytes: int) -> Sequence[Delivery]:
        """Deliveries not yet understood, oldest first; at least one where there is one. Without marks."""

    async def groups(self, keys: Sequence[str]) -> Mapping[str, Group]:
        """The newest group of each key that has one, and of those where people sent alerts of these keys."""

    async def understand(self, sightings: Sequence[Sighting], assess: Callable[[Known], Batch]) -> Batch:
        """Store what `assess` makes of what is known, with its errands and entries, in one transaction.

        The groups of the sightings' keys, and those where people sent alerts of these keys, are locked meanwhile, so
        `assess` must be pure and quick. Raises Unavailable, and then nothing was stored.
        """

    async def held_until(self, at: datetime) -> Sequence[Sequence[Sighting]]:
        """Of each group that was held back until `at` or earlier, the latest of every thing seen in it.

        They came no further time (`times` is 0).
        """

    async def forget(self, *, before: datetime, quiet_since: datetime) -> int:
        """Drop raw bytes received before, and marks not seen since. Returns how many rows went.

        What carried alerts of an incident under a legal hold stays.
        """

    def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """Yield at once, whenever something may have come in, and at least once in `every`."""


class Groups(Protocol):
    """Groups for the relay and for people at triage."""

    async def group(self, id: str) -> Group:
        """One group. Raises NotFound."""

    async def change(self, id: str, decide: Callable[[Group], Change]) -> Group:
        """Replace a group by what `decide` makes of it, with errands, in one transaction, while it is locked.

        `decide` must be pure and quick; what it raises is raised here, and nothing is changed. Raises
        NotFound.
        """

    async def judge(
        self,
        ids: Sequence[str],
        fingerprints: Sequence[str],
        decide: Callable[[AtTriage], TriageDecision],
    ) -> TriageDecision:
        """Carry out what `decide` makes of these groups, in one transaction, while they are locked.

        An id may also be the name of a source: of what was set aside of it.
        `fingerprints`, or their beginnings, name alerts of the first group. `decide` must be pure and quick;
        what it raises is raised here, and nothing is changed. Raises NotFound.
        """

    async def triage(
        self, organization: OrganizationCode | None = None, *, limit: int = 200
    ) -> Sequence[Group]:
        """What waits for a person, of one organization or of all, the latest first."""

    async def rates(self, organization: OrganizationCode, since: datetime) -> Sequence[Counted]:
        """How many alerts of an organization came from each source in each ten minutes since."""

    async def of_incident(self, key: IncidentKey) -> Sequence[Group]:
        """The groups that belong to an incident, the first first."""

    async def alerts(self, id: str, *, limit: int = 100) -> Sequence[Kept]:
        """The latest alerts of a group."""

    def history(self, since: datetime) -> AsyncIterator[Kept]:
        """Every alert that is kept and came since, in the order of their first coming."""

    async def body(self, delivery: UUID) -> bytes:
        """What a request carried, while it is kept. Raises NotFound."""
