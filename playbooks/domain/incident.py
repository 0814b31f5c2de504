"""What an incident is at a moment: the fold of its entries, codes only."""

from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.awaiting import Awaited
from playbooks.domain.circle.authorities import Authorities
from playbooks.domain.circle.cost import Cost
from playbooks.domain.circle.guest import Guest
from playbooks.domain.circle.hybrid import Network
from playbooks.domain.circle.mandate import Mandate
from playbooks.domain.circle.matching import Match
from playbooks.domain.circle.matters import Matter
from playbooks.domain.circle.retainer import Call
from playbooks.domain.circle.service import ServiceRequest
from playbooks.domain.connection import belongs_to, connection_id
from playbooks.domain.duties import ReportingDuty
from playbooks.domain.erasure import ErasureRequest
from playbooks.domain.function import Office
from playbooks.domain.ids import ConnectionId, EvidenceId, IncidentKey, OrganizationCode, PersonId
from playbooks.domain.joint import JointRoom
from playbooks.domain.marking import DEFAULT_MARKING, Marking
from playbooks.domain.roles import Role
from playbooks.domain.rooms import CHAT, NamedRoom, Room
from playbooks.domain.severity import Severity as Severity  # noqa: PLC0414  told from here too


class Phase(StrEnum):
    """The life cycle of NIST SP 800-61r3; closed comes after improvement has been asked for."""

    DETECT = "detect"
    RESPOND = "respond"
    RECOVER = "recover"
    CLOSED = "closed"


LEGAL_PHASES: dict[Phase, tuple[Phase, ...]] = {
    Phase.DETECT: (Phase.RESPOND, Phase.CLOSED),
    Phase.RESPOND: (Phase.RECOVER, Phase.DETECT, Phase.CLOSED),
    Phase.RECOVER: (Phase.RESPOND, Phase.CLOSED),
    Phase.CLOSED: (Phase.RESPOND,),
}
"""From each phase, the phases it may change to; `closed` is left by reopening only."""


class Standing(StrEnum):
    """An organization's standing in an incident: it is invited, joins by its own word, and may leave (004 §7)."""

    LEAD = "lead"
    INVITED = "invited"
    JOINED = "joined"
    LEFT = "left"


class IncidentState(BaseModel):
    """One incident as its own workflow knows it. Titles and notes are looked up in the record by entry id."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    key: IncidentKey
    changes: int = 0
    """How many entries changed it: of two states of an incident, the one with more is the later."""
    lead: OrganizationCode = OrganizationCode("")
    incident_class: str = "other"
    """A class of the Reference Security Incident Taxonomy (RSIT), for example `malicious-code`."""
    severity: Severity = Severity.MEDIUM
    phase: Phase = Phase.DETECT
    marking: Marking = DEFAULT_MARKING
    restricted: bool = False
    """Absent from lists, counts, search and metrics for all but the named."""
    named: tuple[PersonId, ...] = ()
    """Who may know of a restricted incident."""
    parties: dict[OrganizationCode, Standing] = {}
    roles: dict[Role, PersonId] = {}
    role_organizations: dict[Role, OrganizationCode] = {}
    role_offices: dict[Role, Office] = {}
    """Of those who hold a role and belong to an office whose function is bounded."""
    mandates: dict[str, Mandate] = {}
    """By which an organization's part is, or was, worked by a service provider, by id, `M-1`."""
    awareness: dict[OrganizationCode, AwareDatetime] = {}
    """When each organization declared that it was aware; declared once, never changed."""
    touched: dict[OrganizationCode, tuple[Matter, ...]] = {}
    """What it touches beyond information security, as each organization said of its own side; never taken back."""
    duties: dict[str, ReportingDuty] = {}
    """Clocks that run, or ran, by id, `D-1`."""
    hybrid: Network | None = None
    """The hybrid cyberattack response network, once it was activated here."""
    runs: dict[str, str] = {}
    """Playbook runs by id: `running`, `successful`, `failed`."""
    consultations: dict[str, str] = {}
    """Consultations by id: `open`, or how they ended."""
    waited_for: dict[str, str] = {}
    """The consultations that something waits for, by the origin that names it."""
    awaited: dict[str, Awaited] = {}
    """What was held until somebody agrees, by the consultation that asks."""
    calls: dict[str, Call] = {}
    """Calls on the vendor on retainer, by id, `V-1`."""
    guests: dict[PersonId, Guest] = {}
    """People of a vendor who are admitted now."""
    services: dict[str, ServiceRequest] = {}
    """Shared services that were asked for, by id, `S-1`."""
    authorities: Authorities = Authorities()
    """What of it is for national authorities."""
    costs: dict[str, Cost] = {}
    """What was written down beside the retainer, by id, `K-1`."""
    matches: dict[str, Match] = {}
    """Open incidents elsewhere that show the same attack, as far as this one's lead was told."""
    evidence: dict[EvidenceId, PersonId] = {}
    """Who holds each piece of evidence now."""
    hashes: dict[EvidenceId, str] = {}
    """The SHA-256 of each piece of evidence: whoever is handed one is told what she holds."""
    held: bool = False
    """Under a legal hold: nothing is erased."""
    erasures: dict[str, ErasureRequest] = {}
    """Requests to erase something, by id, `X-1`."""
    rooms: dict[OrganizationCode, Room] = {}
    """Where the room of an organization is, of those that moved it."""
    rooms_named: tuple[NamedRoom, ...] = ()
    """Those that playbooks opened beside, each under a name of its own."""
    joint: dict[str, JointRoom] = {}
    """Its joint rooms, by name."""
    rooms_left: dict[ConnectionId, str] = {}
    """Connections that were left: the occasion of the room to come back to; empty where it must be a new one."""
    moves: int = 0
    """How often a room was moved."""
    distrusted: tuple[ConnectionId, ...] = ()
    """Connections that were declared compromised here and are not trusted again."""
    update_every: timedelta | None = None
    update_due_at: AwareDatetime | None = None
    """When the next status update is owed; None when no reminder was asked for."""
    updates_missed: int = 0
    """How often the next one was asked for since the last one that was given."""
    declared_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: AwareDatetime | None = None
    review_due_at: AwareDatetime | None = None
    """When its review is owed; None before it was closed for the first time."""
    review_settled: bool = False
    """Its review is published and nothing of it is to be done, or it goes on in another incident's."""
    merged_into: IncidentKey | None = None
    """The incident that it goes on in, once it was merged and until it is reopened."""
    rested_by: str = ""
    """The entry with which everything about it came to its end, and its rooms with it; empty while anything goes on."""
    roused_by: str = ""
    """The entry with which something went on after that, in new rooms."""
    alerts: int = 0
    title_entry: str = ""
    """The entry whose `title` names the incident."""

    @property
    def is_open(self) -> bool:
        """Declared and not closed."""
        return self.declared_at is not None and self.phase is not Phase.CLOSED

    @property
    def goes_on_in(self) -> IncidentKey | None:
        """Where work on it goes on: here, in the incident it was merged into, or nowhere once it is closed."""
        return self.key if self.is_open else self.merged_into

    @property
    def owed_duties(self) -> tuple[ReportingDuty, ...]:
        """What is still to be reported, the soonest first."""
        owed = (duty for duty in self.duties.values() if duty.is_owed)
        return tuple(sorted(owed, key=lambda duty: (duty.due_at, duty.id)))

    @property
    def is_at_rest(self) -> bool:
        """Closed, everything reported, reviewed, and what the review asked for done: nobody is owed anything."""
        return self.phase is Phase.CLOSED and self.review_settled and not self.owed_duties

    @property
    def invited_parties(self) -> tuple[OrganizationCode, ...]:
        """Organizations that have not said yet whether they join."""
        return tuple(code for code, standing in self.parties.items() if standing is Standing.INVITED)

    @property
    def active_parties(self) -> tuple[OrganizationCode, ...]:
        """The organizations that take part now, the lead first."""
        return tuple(code for code in self.parties if self.takes_part(code))

    def takes_part(self, organization: str | None) -> bool:
        """Whether an organization takes part now."""
        standing = self.parties.get(OrganizationCode(organization)) if organization else None
        return standing in (Standing.LEAD, Standing.JOINED)

    def holders(self, organization: OrganizationCode) -> tuple[PersonId, ...]:
        """The people of an organization who hold a role."""
        held = self.role_organizations.items()
        return tuple(dict.fromkeys(self.roles[role] for role, code in held if code == organization))

    def room(self, organization: OrganizationCode) -> Room:
        """The room of an organization: on its first account for chat, unless it was moved."""
        return self.rooms.get(organization) or Room(connection=connection_id(organization, CHAT))

    @property
    def rooms_moved(self) -> dict[OrganizationCode, Room]:
        """Where the rooms are of those who take part and moved theirs."""
        return {code: room for code, room in self.rooms.items() if self.takes_part(code)}

    def left_in_good_faith(self, organization: OrganizationCode) -> tuple[Room, ...]:
        """The rooms that an organization left and may come back to, the last one left at the end."""
        left = ((id, occasion) for id, occasion in self.rooms_left.items() if belongs_to(id, organization))
        return tuple(Room(connection=id, occasion=occasion) for id, occasion in left if occasion)

    def after(self, **change: object) -> "IncidentState":
        """The incident after one more change."""
        return self.model_copy(update={**change, "changes": self.changes + 1})

    @property
    def audience(self) -> tuple[str, ...]:
        """Who needs to know of what is said here: the parties, or the named alone when restricted."""
        if self.restricted:
            return tuple(f"person:{person}" for person in self.named)
        return ("parties",)
