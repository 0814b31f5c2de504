"""What an incident cost, whom, and who bears it: decimals with a currency, and each figure with the entries behind it.

Cost recovery is transparent (003 §143). The rule by which a cost is apportioned is stated with it: whoever the work
was done for bears it; several bear it in equal parts, to the hundredth, and what does not divide falls on those named
first. Currencies are never added up. Hours and money are recorded as text.
"""

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.amounts import HUNDREDTH
from playbooks.domain.circle.retainer import Call
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.saying import says

MOST: Final = Decimal(1_000_000_000)


class CostSource(StrEnum):
    """Whose work it was."""

    OWN = "own"
    """Of an organization's own people, also where they worked for another."""
    UNICC = "unicc"
    """Of the shared service provider, on cost recovery."""
    VENDOR = "vendor"
    """Of a vendor, under the retainer or beside it."""


class ShareStatus(StrEnum):
    """Nobody is charged without its own word."""

    WAITING = "waiting"
    BORNE = "borne"
    DISPUTED = "disputed"


class Share(BaseModel):
    """What one organization bears of a cost."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    organization: OrganizationCode
    hours: Decimal = Decimal()
    amount: Decimal = Decimal()
    status: ShareStatus = ShareStatus.WAITING
    fund: Decimal = Decimal()
    """What of it the trust fund carries."""
    entries: tuple[str, ...] = ()
    """The entries in which all this stands."""


class Cost(BaseModel):
    """One cost of an incident."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    """`K-1`."""
    source: CostSource
    organization: OrganizationCode
    """Who did the work, or paid it first."""
    currency: str = ""
    """ISO 4217; empty where hours alone were written down."""
    by: str
    at: AwareDatetime
    service: str = ""
    """The request of a shared service that it is of, `S-1`."""
    shares: dict[OrganizationCode, Share]


Costs = Mapping[str, Cost]


def split(total: Decimal, among: Sequence[OrganizationCode]) -> dict[OrganizationCode, Decimal]:
    """A total in equal parts, to the hundredth; what does not divide falls on those named first. Sums to the total."""
    units, rest = divmod(int(total / HUNDREDTH), len(among))
    return {code: (units + (place < rest)) * HUNDREDTH for place, code in enumerate(among)}


def read_amount(typed: object) -> Decimal:
    """Money as people write it, `1250` or `1250.50`. Raises Malformed."""
    try:
        amount = Decimal(str(typed))
    except ArithmeticError:
        amount = Decimal(-1)
    if not amount.is_finite() or not 0 < amount <= MOST or amount != round(amount, 2):
        raise Malformed(says("bad_amount"))
    return amount.quantize(HUNDREDTH)


def priced(hours: Decimal, rate: Decimal) -> Decimal:
    """What hours cost, to the hundredth, half up."""
    return (hours * rate).quantize(HUNDREDTH, ROUND_HALF_UP)


def cost_of(call: Call, lead: OrganizationCode) -> Cost:
    """What a vendor's hours on retainer cost whom; it goes by the call's id, and is of the lead, who called.

    An organization's share is priced as a whole, as in the closing statement, and borne once all of it is confirmed.
    """
    shares: dict[OrganizationCode, Share] = {}
    for code, hours in call.used.items():
        logged = [each for each in call.logged.values() if each.organization == code]
        carried = call.fund.get(code)
        shares[code] = Share(
            organization=code,
            hours=hours,
            amount=call.agreement.cost(hours),
            status=ShareStatus.BORNE if all(each.confirmed for each in logged) else ShareStatus.WAITING,
            fund=carried.amount if carried else Decimal(),
            entries=(*(id for each in logged for id in each.entries), *(carried.entries if carried else ())),
        )
    return Cost(
        id=call.id,
        source=CostSource.VENDOR,
        organization=lead,
        currency=call.agreement.currency,
        by=call.agreement.vendor,
        at=call.called_at,
        shares=shares,
    )


def evolve_costs(costs: Costs, entry: Entry) -> dict[str, Cost]:
    """The costs after one more entry."""
    if entry.kind == Kind.COST_LOG:
        logged = _logged(entry)
        return {**costs, logged.id: logged}
    cost = costs.get(entry.data["cost"])
    share = cost.shares.get(entry.data.get("organization", "")) if cost else None
    if cost is None or share is None:
        return dict(costs)
    change = {**_SHARE[entry.kind](entry.data), "entries": (*share.entries, entry.id)}
    shares = {**cost.shares, share.organization: share.model_copy(update=change)}
    return {**costs, cost.id: cost.model_copy(update={"shares": shares})}


def _logged(entry: Entry) -> Cost:
    own = OrganizationCode(entry.data.get("organization", ""))
    shares = (
        Share.model_validate(
            {
                **line,
                "entries": (entry.id,),
                "status": ShareStatus.BORNE if line["organization"] == own else ShareStatus.WAITING,
            }
        )
        for line in entry.data.get("statement", ())
    )
    return Cost(
        id=entry.data["cost"],
        source=CostSource(entry.data["source_of_cost"]),
        organization=own,
        currency=entry.data.get("currency", ""),
        service=entry.data.get("request", ""),
        by=entry.actor.id,
        at=entry.at,
        shares={share.organization: share for share in shares},
    )


_SHARE: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
    Kind.COST_CONFIRM: lambda _data: {"status": ShareStatus.BORNE},
    Kind.COST_DISPUTE: lambda _data: {"status": ShareStatus.DISPUTED},
    Kind.COST_FUND: lambda data: {"fund": Decimal(data["fund"])},
}

COST_KINDS: Final = (Kind.COST_LOG, *_SHARE)
"""The kinds that change costs."""
