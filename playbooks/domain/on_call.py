"""Who is on call in an organization now, and who says so."""

from enum import StrEnum

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.ids import OrganizationCode


class OnCallSource(StrEnum):
    """Who says so."""

    PAGER = "pager"
    ROTA = "rota"
    """The organization's rota here."""
    DIRECTORY = "directory"
    """Nobody's pager is connected, or it names nobody: those whose duty it is."""
    AWAY = "away"
    """The pager is connected and does not answer: those whose duty it is, for want of better."""


class Rung(BaseModel):
    """One who is called; 1 is called first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str
    """A handle of the directory; for a stranger the account, as the pager calls it."""
    level: int = 1
    until: AwareDatetime | None = None
    telephone: str = ""
    """Where she is called by voice, for her own organization alone."""


class Gap(BaseModel):
    """When nobody would be called at a level."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: int
    start_at: AwareDatetime
    end_at: AwareDatetime | None = None
    """None where it lasts longer than is looked ahead."""


class Ahead(BaseModel):
    """A shift that is planned."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    who: str
    """As of a rung."""
    level: int
    start_at: AwareDatetime
    end_at: AwareDatetime | None = None
    """None where it lasts longer than is looked ahead."""


class Target(BaseModel):
    """Whom, or by which schedule, a level of an escalation policy calls."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    """As the pager calls it; of a person whom the directory knows her handle."""
    account: str = ""
    """A person's account with the pager; empty for a schedule."""
    zone: str = ""
    """Whose clock a schedule goes by."""


class Step(BaseModel):
    """One level of an escalation policy."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: int
    targets: tuple[Target, ...]
    after_minutes: int = 0
    """How long it is waited for somebody of this level; 0 where nobody says."""


class Ladder(BaseModel):
    """How pages escalate, as it is set up with the pager."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    service: str
    policy: str
    url: str = ""
    """Where the policy is changed."""
    steps: tuple[Step, ...] = ()


class OnCallNow(BaseModel):
    """The ladder of one organization at this moment, in the order of calling."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organization: OrganizationCode
    source: OnCallSource
    rungs: tuple[Rung, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """Of a rota here, in the two weeks to come."""
    ahead: tuple[Ahead, ...] = ()
    """Shifts that begin in the time that was asked for, the earliest first."""
    ladder: Ladder | None = None
    """By which service and policy they are called, where their pager tells."""
