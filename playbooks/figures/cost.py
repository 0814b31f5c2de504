"""What incidents cost, by organization, source and currency, with the entries behind each figure. Pure."""

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from io import StringIO

from pydantic import BaseModel, ConfigDict

from playbooks.domain.circle.cost import Cost, CostSource, ShareStatus, cost_of
from playbooks.domain.circle.retainer import plain, tallied
from playbooks.domain.ids import IncidentKey, OrganizationCode
from playbooks.domain.incident import IncidentState


class CostLine(BaseModel):
    """What one organization bears in one incident, of one source and in one currency."""

    model_config = ConfigDict(frozen=True)

    incident: IncidentKey
    organization: OrganizationCode
    source: CostSource
    currency: str
    """Empty where hours alone were written down."""
    hours: Decimal = Decimal()
    amount: Decimal = Decimal()
    """Borne, or still to be confirmed; what is disputed is in no figure."""
    fund: Decimal = Decimal()
    """What of the amount the trust fund carries."""
    waiting: Decimal = Decimal()
    """What of the amount its organization has not confirmed yet."""
    entries: tuple[str, ...] = ()
    """The entries that these figures follow from."""

    @property
    def borne(self) -> Decimal:
        """What stays with the organization."""
        return self.amount - self.fund

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells lines apart."""
        return self.incident, self.organization, self.source, self.currency

    def __add__(self, other: "CostLine") -> "CostLine":
        """Two lines of one key as one."""
        sums = {
            name: getattr(self, name) + getattr(other, name)
            for name in ("hours", "amount", "fund", "waiting")
        }
        return self.model_copy(update={**sums, "entries": (*self.entries, *other.entries)})


class CostTotal(BaseModel):
    """What one organization bears in one currency, over all incidents and sources."""

    model_config = ConfigDict(frozen=True)

    organization: OrganizationCode
    currency: str
    hours: Decimal
    amount: Decimal
    fund: Decimal

    @property
    def borne(self) -> Decimal:
        """What stays with the organization."""
        return self.amount - self.fund


def cost_lines(states: Iterable[IncidentState]) -> tuple[CostLine, ...]:
    """The lines over these incidents, in the order of incident, organization, source and currency."""
    found: dict[tuple[str, str, str, str], CostLine] = {}
    for state in states:
        for line in (*_written_down(state), *_under_retainers(state)):
            found[line.key] = found[line.key] + line if line.key in found else line
    return tuple(found[key] for key in sorted(found))


def totals(lines: Iterable[CostLine]) -> tuple[CostTotal, ...]:
    """By organization and currency: amounts of two currencies are never one number."""
    found: dict[tuple[OrganizationCode, str], list[CostLine]] = {}
    for line in lines:
        found.setdefault((line.organization, line.currency), []).append(line)
    return tuple(
        CostTotal(
            organization=organization,
            currency=currency,
            hours=sum((each.hours for each in group), Decimal()),
            amount=sum((each.amount for each in group), Decimal()),
            fund=sum((each.fund for each in group), Decimal()),
        )
        for (organization, currency), group in sorted(found.items())
    )


def costs_as_csv(lines: Iterable[CostLine]) -> str:
    """One line a figure's key, for a spreadsheet; the entries behind it in the last column."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow((*_NUMBERS_OF, *_NUMBERS, "entries"))
    for line in lines:
        names = (line.incident, line.organization, line.source.value, line.currency)
        numbers = (plain(getattr(line, name)) for name in _NUMBERS)
        writer.writerow((*names, *numbers, " ".join(line.entries)))
    return text.getvalue()


_NUMBERS_OF = ("incident", "organization", "source", "currency")
_NUMBERS = ("hours", "amount", "fund", "borne", "waiting")


def _written_down(state: IncidentState) -> Iterator[CostLine]:
    for cost in state.costs.values():
        yield from _lines(state, cost)


def _under_retainers(state: IncidentState) -> Iterator[CostLine]:
    """Hours of a vendor on retainer cost what the agreement says, priced as its statement prices them."""
    for call in state.calls.values():
        confirmed = tallied(call.logged.values(), confirmed_only=True)
        for line in _lines(state, cost_of(call, state.lead)):
            paid = call.agreement.cost(confirmed.get(line.organization, Decimal()))
            yield line.model_copy(update={"waiting": line.amount - paid})


def _lines(state: IncidentState, cost: Cost) -> Iterator[CostLine]:
    for share in cost.shares.values():
        if share.status is not ShareStatus.DISPUTED:
            yield CostLine(
                incident=state.key,
                organization=share.organization,
                source=cost.source,
                currency=cost.currency,
                hours=share.hours,
                amount=share.amount,
                fund=share.fund,
                waiting=share.amount if share.status is ShareStatus.WAITING else Decimal(),
                entries=share.entries,
            )
