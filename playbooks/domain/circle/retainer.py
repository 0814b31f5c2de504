"""The vendor on retainer: what an agreement promises, what a call owes by when, and what hours cost. Pure.

An agreement is data of the installation (docs/retainer.md). A call carries the agreement as it stood when the
vendor was called, so that editing a file changes no call. Hours and money are decimals, recorded as text.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Annotated, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from playbooks.domain.amounts import HUNDREDTH, Hours, Minutes, Money
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.organization import Duty
from playbooks.domain.saying import says
from playbooks.domain.severity import Severity
from playbooks.texts import load_texts

QUARTER = Decimal("0.25")
"""Hours are written down in quarters."""
MOST_HOURS = Decimal(1000)
"""In one line; whoever writes more has mistyped."""
WARNED_AT = (75, 90)
"""Per cent of an organization's hours at which people are told that they run out."""
WARNED_BEFORE = 4
"""Of the time that the vendor has, the last quarter is told beforehand."""


class Clock(StrEnum):
    """What a vendor owes after it was called, each by its own time."""

    ACKNOWLEDGED = "acknowledged"
    REMOTE = "remote"
    ON_SITE = "on_site"


class Promise(BaseModel):
    """How many minutes the vendor has, from the call; a clock that is not named is not promised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    acknowledged: Minutes
    remote: Minutes | None = None
    on_site: Minutes | None = None


class Agreement(BaseModel):
    """One long-term agreement with an incident-response vendor, shared by its parties."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
    vendor: Annotated[str, Field(min_length=1, max_length=100)]
    reference: Annotated[str, Field(min_length=1, max_length=100)]
    """Of the long-term agreement (LTA), as procurement knows it."""
    valid_from: date
    valid_until: date
    """The last day."""
    services: tuple[str, ...] = ()
    """What it covers, in words that steps and people use; empty for everything that an incident needs."""
    response: Mapping[Severity, Promise]
    """By the incident's severity; what is not named is not promised, and not called for."""
    hours: Mapping[OrganizationCode, Hours]
    """Bought, by each party: who stands here may call."""
    rate: Money
    """For an hour."""
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    """ISO 4217."""
    account: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")] = "retainer"
    """Each party's connection that calls the vendor: `<organization>/<account>`."""
    telephone: Annotated[str, Field(max_length=40, pattern=r"^[0-9+() -]*$")] = ""
    """Called by a person when the page is not answered."""
    activated_by: tuple[Duty, ...] = (Duty.CISO, Duty.ON_CALL)
    """Who of a party may call, beside the incident commander."""
    approvals: Annotated[int, Field(strict=True, ge=0, le=2)] = 0
    """Persons of the lead who must agree before the vendor is called."""
    nda_until: date | None = None
    """The last day of the vendor's duty of confidentiality; None is none."""
    staff: tuple[PersonId, ...] = ()
    """Its people who are cleared, each a person of the directory: they may be admitted as guests while it is called."""

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.valid_until < self.valid_from:
            raise ValueError(load_texts().say("file.retainers.backwards"))
        return self

    def is_confidential(self, day: date) -> bool:
        """Whether the vendor is bound to keep what it learns to itself."""
        return self.nda_until is not None and day <= self.nda_until

    def left(self, organization: OrganizationCode, used: Mapping[OrganizationCode, Decimal]) -> Decimal:
        """Hours that an organization has left; below nothing where it has overdrawn."""
        return self.hours.get(organization, Decimal()) - used.get(organization, Decimal())

    def crossed(self, organization: OrganizationCode, before: Decimal, after: Decimal) -> tuple[int, ...]:
        """The warnings between two counts of hours used, in per cent of what was bought."""
        bought = self.hours.get(organization, Decimal())
        return tuple(at for at in WARNED_AT if before * 100 < bought * at <= after * 100)

    def cost(self, hours: Decimal) -> Decimal:
        """What hours cost, in the agreement's currency, to the cent, half a cent up."""
        return (hours * self.rate).quantize(HUNDREDTH, ROUND_HALF_UP)


class Logged(BaseModel):
    """Hours that were written down for an organization; they count from then on, and are paid once confirmed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    organization: OrganizationCode
    hours: Decimal
    by: str
    confirmed: bool = False
    entries: tuple[str, ...] = ()
    """The entries in which they stand."""


class Carried(BaseModel):
    """What the trust fund carries of what an organization's hours cost."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amount: Decimal
    entries: tuple[str, ...]
    """The entries in which it stands, the newest last."""


class Call(BaseModel):
    """One call on an agreement, in one incident."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`V-1`."""
    agreement: Agreement
    """As it stood at the call."""
    severity: Severity
    on_site: bool = False
    """Somebody is wanted on the spot."""
    called_at: AwareDatetime
    met: dict[Clock, AwareDatetime] = {}
    logged: dict[str, Logged] = {}
    """By id, `H-1`."""
    closed_at: AwareDatetime | None = None
    fund: Mapping[OrganizationCode, Carried] = {}

    @property
    def is_open(self) -> bool:
        """Whether the vendor is still at work."""
        return self.closed_at is None

    @property
    def owed(self) -> dict[Clock, datetime]:
        """By when each clock runs out."""
        promise = self.agreement.response[self.severity]
        given = {Clock.ACKNOWLEDGED: promise.acknowledged, Clock.REMOTE: promise.remote}
        given |= {Clock.ON_SITE: promise.on_site} if self.on_site else {}
        return {clock: self.called_at + timedelta(minutes=each) for clock, each in given.items() if each}

    @property
    def used(self) -> dict[OrganizationCode, Decimal]:
        """Hours by organization, confirmed or not."""
        return tallied(self.logged.values())


class Moment(BaseModel):
    """Something that is told of a clock by itself."""

    model_config = ConfigDict(frozen=True)

    clock: Clock
    is_breach: bool
    at: AwareDatetime
    owed_at: AwareDatetime

    @property
    def occasion(self) -> str:
        """What tells it apart among those of a call."""
        return f"{self.clock}/{'missed' if self.is_breach else 'soon'}"


def moments(call: Call, told: Iterable[str] = ()) -> tuple[Moment, ...]:
    """What is still to be told of a call's clocks, the earliest first: a warning before each, a breach at it.

    A clock that was met is told no more. Whoever is there has acknowledged: a later clock that is met meets the first.
    """
    known = set(told)
    found = (
        each for clock, at in call.owed.items() if not _is_met(call, clock) for each in _of(call, clock, at)
    )
    return tuple(sorted((each for each in found if each.occasion not in known), key=lambda each: each.at))


def _is_met(call: Call, clock: Clock) -> bool:
    return clock in call.met or (clock is Clock.ACKNOWLEDGED and bool(call.met))


def _of(call: Call, clock: Clock, owed_at: datetime) -> Iterator[Moment]:
    soon = owed_at - (owed_at - call.called_at) / WARNED_BEFORE
    yield Moment(clock=clock, is_breach=False, at=soon, owed_at=owed_at)
    yield Moment(clock=clock, is_breach=True, at=owed_at, owed_at=owed_at)


def read_hours(typed: object) -> Decimal:
    """Hours as people write them, in quarters. Raises Malformed."""
    try:
        hours = Decimal(str(typed))
    except ArithmeticError:
        hours = Decimal(-1)
    if not hours.is_finite() or not 0 < hours <= MOST_HOURS or hours % QUARTER:
        raise Malformed(says("bad_hours"))
    return hours.normalize() + 0


def tallied(logged: Iterable[Logged], *, confirmed_only: bool = False) -> dict[OrganizationCode, Decimal]:
    """Hours by organization."""
    sums: dict[OrganizationCode, Decimal] = {}
    for each in logged:
        if each.confirmed or not confirmed_only:
            sums[each.organization] = sums.get(each.organization, Decimal()) + each.hours
    return sums


def together(
    one: Mapping[OrganizationCode, Decimal], other: Mapping[OrganizationCode, Decimal]
) -> dict[OrganizationCode, Decimal]:
    """Two counts of hours added up."""
    return {code: one.get(code, Decimal()) + other.get(code, Decimal()) for code in (*one, *other)}


def statement(call: Call) -> tuple[dict[str, str], ...]:
    """What a call used and cost, a line for each organization, as it is recorded: numbers as text."""
    return tuple(
        {
            "organization": code,
            "hours": plain(hours),
            "cost": plain(call.agreement.cost(hours)),
            "currency": call.agreement.currency,
        }
        for code, hours in sorted(tallied(call.logged.values(), confirmed_only=True).items())
    )


def plain(number: Decimal) -> str:
    """A number as it is recorded and told: without an exponent."""
    return f"{number:f}"


_URGENCY = {severity: rank for rank, severity in enumerate(Severity)}


def first_claims(calls: Iterable[tuple[str, Call]]) -> tuple[str, ...]:
    """Of incidents that want the same hours, in which order they would be served: a proposal that people decide on.

    The worse incident first, then the earlier call.
    """
    ranked = sorted(calls, key=lambda each: (_URGENCY[each[1].severity], each[1].called_at, each[0]))
    return tuple(key for key, _call in ranked)
