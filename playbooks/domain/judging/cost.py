"""Writing costs down, bearing them, disputing them, and having the trust fund carry a smaller entity's share."""

from decimal import Decimal

from playbooks.domain.circle.cost import (
    Cost,
    Costs,
    CostSource,
    Share,
    ShareStatus,
    cost_of,
    priced,
    read_amount,
    split,
)
from playbooks.domain.circle.mandate import MandateStatus
from playbooks.domain.circle.retainer import plain, read_hours
from playbooks.domain.command import Command
from playbooks.domain.errors import Conflict, Malformed, NotFound, Refused
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.incident import IncidentState
from playbooks.domain.judging.draft import Drafting, Judge, listed
from playbooks.domain.kinds import Kind
from playbooks.domain.policy import check_party, represents
from playbooks.domain.saying import says

_UNHELD = (MandateStatus.OFFERED, MandateStatus.DECLINED)


def _log(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """`is_provider` is what the directory says of the organization whose work it was."""
    command, request = _of_service(state, command)
    args, own = command.args, command.actor.organization
    bearers = tuple(OrganizationCode(code) for code in dict.fromkeys(listed(args.get("bearers", (own,)))))
    if not bearers:
        raise Malformed(says("nobody_named"))
    for code in bearers:
        check_party(code, state)
    is_provider = bool(args.get("is_provider"))
    source = CostSource(args.get("source_of_cost", CostSource.UNICC if is_provider else CostSource.OWN))
    if source is CostSource.UNICC and not is_provider:
        raise Refused(
            says("no_service_provider", own=own),
            source="003 §143",
        )
    hours = read_hours(args["hours"]) if "hours" in args else Decimal()
    amount = _amount(command, hours)
    if not hours and not amount:
        raise Malformed(says("no_cost"))
    currency = str(args.get("currency", "")).upper()
    if amount and not (len(currency) == 3 and currency.isalpha() and currency.isascii()):
        raise Malformed(says("no_currency"))
    in_hours, in_money = split(hours, bearers), split(amount, bearers)
    drafting.draft(
        Kind.COST_LOG,
        f"cost/K-{len(state.costs) + 1}",
        audience=_meant(state, own, bearers),
        cost=f"K-{len(state.costs) + 1}",
        request=request,
        source_of_cost=source.value,
        organization=own,
        hours=plain(hours) if hours else None,
        amount=plain(amount) if amount else None,
        currency=currency if amount else None,
        rule="equal" if len(bearers) > 1 else "user",
        statement=[
            {"organization": code, "hours": plain(in_hours[code]), "amount": plain(in_money[code])}
            for code in bearers
        ],
    )


def _of_service(state: IncidentState, command: Command) -> tuple[Command, str | None]:
    """Of a shared service: who asked bears it, at the rate that the catalogue stated when it was asked for."""
    if "request" not in command.args:
        return command, None
    request = state.services.get(str(command.args["request"]))
    if request is None or request.service.provider != command.actor.organization:
        raise NotFound(
            says(
                "no_service",
                request=command.args["request"],
                organization=command.actor.organization,
                incident=state.key,
            ),
        )
    service, args = request.service, {"bearers": [request.organization], **command.args}
    if service.rate is None:
        return command.model_copy(update={"args": args}), request.id
    stated = {"rate": plain(service.rate), "currency": service.currency}
    rate, currency = read_amount(args.get("rate", service.rate)), str(args.get("currency", service.currency))
    if "amount" in args or (rate, currency.upper()) != (service.rate, service.currency):
        raise Refused(
            says("stated_rate", service=service.name, rate=stated["rate"], currency=service.currency),
            source="003 §143",
        )
    return command.model_copy(update={"args": {**args, **stated}}), request.id


def _amount(command: Command, hours: Decimal) -> Decimal:
    args = command.args
    if "amount" in args:
        return read_amount(args["amount"])
    return priced(hours, read_amount(args["rate"])) if "rate" in args else Decimal()


def _confirm(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _settle(Kind.COST_CONFIRM, ShareStatus.BORNE, state, command, drafting)


def _dispute(state: IncidentState, command: Command, drafting: Drafting) -> None:
    _settle(Kind.COST_DISPUTE, ShareStatus.DISPUTED, state, command, drafting)


def _settle(
    kind: Kind, status: ShareStatus, state: IncidentState, command: Command, drafting: Drafting
) -> None:
    """An organization says itself what it bears, by whoever answers for it (003 §143)."""
    own = command.actor.organization
    cost, share = _share(state.costs, state, command, own)
    if not represents(command.actor):
        raise Refused(
            says("not_representative.cost", own=own),
            source="004 §4",
        )
    if share.status is status:
        raise Conflict(says("share_settled", own=own, cost=cost.id, status=status))
    _draft(kind, state, cost, share, drafting)


def _fund(state: IncidentState, command: Command, drafting: Drafting) -> None:
    """The fund lowers what shared services cost those without a team of their own (002 §10, 003 §157)."""
    actor, code = command.actor, OrganizationCode(command.args["organization"])
    on_retainer = {id: cost_of(call, state.lead) for id, call in state.calls.items()}
    cost, share = _share({**state.costs, **on_retainer}, state, command, code)
    if not (command.args.get("is_provider") and represents(actor)):
        raise Refused(
            says("not_the_fund"),
            source="003, recommendation 3",
        )
    if cost.source is CostSource.OWN:
        raise Refused(
            says("fund_for_services", cost=cost.id, organization=cost.organization),
            source="003 §157",
        )
    if all(each.organization != code or each.status in _UNHELD for each in state.mandates.values()):
        raise Refused(
            says("fund_for_smaller_entities", code=code, incident=state.key),
            source="002 §10, 003 §157",
        )
    fund = read_amount(command.args["amount"])
    if fund > share.amount:
        raise Malformed(
            says(
                "more_than_share", code=code, cost=cost.id, amount=plain(share.amount), currency=cost.currency
            ),
        )
    _draft(Kind.COST_FUND, state, cost, share, drafting, fund=plain(fund))


def _share(
    costs: Costs, state: IncidentState, command: Command, code: OrganizationCode
) -> tuple[Cost, Share]:
    cost = costs.get(str(command.args["cost"]))
    share = cost.shares.get(code) if cost else None
    if cost is None or share is None:
        raise NotFound(
            says("no_cost.cost", code=code, cost=command.args["cost"], incident=state.key),
        )
    return cost, share


def _draft(
    kind: Kind, state: IncidentState, cost: Cost, share: Share, drafting: Drafting, fund: str | None = None
) -> None:
    drafting.draft(
        kind,
        f"cost/{cost.id}",
        audience=_meant(state, cost.organization, tuple(cost.shares)),
        cost=cost.id,
        organization=share.organization,
        amount=plain(share.amount) if share.amount else None,
        currency=cost.currency or None,
        hours=plain(share.hours) if share.hours else None,
        fund=fund,
    )


def _meant(
    state: IncidentState, own: OrganizationCode, bearers: tuple[OrganizationCode, ...]
) -> tuple[str, ...]:
    """Costs are for whoever did the work and whoever bears it; one's own are one's own (004 §7)."""
    return state.audience if state.restricted else tuple(dict.fromkeys((own, *bearers)))


COST: dict[str, Judge] = {
    "cost.log": _log,
    "cost.confirm": _confirm,
    "cost.dispute": _dispute,
    "cost.fund": _fund,
}
