"""Costs of an incident: written down, borne or disputed by who is to bear them, and shown with what is behind them."""

import re
from collections.abc import Iterator
from typing import Any, Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.lookup import find_organization
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Takes, choice, name, text
from bot.commands.who import organization
from playbooks.domain.circle.cost import Cost, CostSource, Share, cost_of
from playbooks.domain.circle.retainer import plain
from playbooks.domain.document import Banner, Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.figures.cost import CostTotal, cost_lines, totals
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_COST_OR_CALL: Final = re.compile(r"([KV])-?(\d{1,6})", re.IGNORECASE)


def _cost() -> Parameter:
    """A cost of the incident, `K-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        number = typed.upper().removeprefix("K").removeprefix("-")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise Misread("misread.no_cost", typed=short(typed))
        return {"cost": f"K-{int(number)}"}

    return Parameter("cost", Place.WORD, Takes.NAME, read)


def _cost_or_call() -> Parameter:
    """A cost of the incident, or by its call, `V-1`, what the vendor on retainer costs."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _COST_OR_CALL.fullmatch(typed)
        if not match:
            raise Misread("misread.no_cost_or_call", typed=short(typed))
        return {"cost": f"{match[1].upper()}-{int(match[2])}"}

    return Parameter("cost", Place.WORD, Takes.NAME, read)


def _decimal(label: str) -> Parameter:
    """A number with decimals; the rules judge it."""
    return Parameter(
        label, Place.OPTION, Takes.NUMBER, lambda typed, _hearing: {label: short(typed)}, required=False
    )


def _bearers() -> Parameter:
    """Who bears it: organizations joined by commas, or `all` who take part."""

    def read(typed: str, hearing: Hearing) -> Args:
        names = [each for each in typed.split(",") if each]
        if [each.casefold() for each in names] == ["all"]:
            return {"bearers": ["all"]}
        return {"bearers": [find_organization(hearing.directory, each).code for each in names]}

    return Parameter("for", Place.OPTION, Takes.ORGANIZATION, read, required=False)


def _request() -> Parameter:
    """The request of a shared service that it is of, `S-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        number = typed.upper().removeprefix("S").removeprefix("-")
        if not (number.isascii() and number.isdigit() and len(number) < 7):
            raise Misread("misread.no_request", typed=short(typed))
        return {"request": f"S-{int(number)}"}

    return Parameter("request", Place.OPTION, Takes.NAME, read, required=False)


async def _as_provider(args: Args, hearing: Hearing) -> Args:
    own = hearing.directory.organization(hearing.speaker.organization)
    bearers = {"bearers": list(await hearing.parties())} if args.get("bearers") == ["all"] else {}
    source = {"source_of_cost": args.pop("source")} if "source" in args else {}
    return {**args, **bearers, **source, "is_provider": own.service_provider}


async def _shown(inquiry: Inquiry) -> Document:
    state, texts = (await inquiry.case()).state, inquiry.texts
    lines = cost_lines((state,))
    if not lines:
        return Document(blocks=(paragraph(*texts.parts("cost.none", incident=state.key)),))
    blocks: list[Block] = [
        Banner(marking=state.marking),
        Heading(text=texts.say("cost.heading", incident=state.key)),
    ]
    every = (*state.costs.values(), *(cost_of(call, state.lead) for call in state.calls.values()))
    items = tuple(_line(texts, cost, share) for cost in every for share in cost.shares.values())
    blocks += [Bullets(items=items)] if items else []
    return Document(blocks=(*blocks, Bullets(items=tuple(_totals(texts, totals(lines))))))


def _line(texts: Texts, cost: Cost, share: Share) -> tuple[Inline, ...]:
    said = {
        "cost": cost.id,
        "source_of_cost": cost.source.value,
        "organization": share.organization,
        "share_status": share.status.value,
        **_numbers(share, cost.currency),
    }
    return sentence(texts, "cost.line", said)


def _totals(texts: Texts, found: tuple[CostTotal, ...]) -> Iterator[tuple[Inline, ...]]:
    for each in found:
        said = {"organization": each.organization, **_numbers(each, each.currency)}
        if each.fund:
            said["borne"] = plain(each.borne)
        yield sentence(texts, "cost.total", said)


def _numbers(of: Share | CostTotal, currency: str) -> dict[str, Any]:
    said = {"hours": of.hours, "amount": of.amount, "fund": of.fund}
    return {**{each: plain(number) for each, number in said.items() if number}, "currency": currency or None}


COSTS: Final = (
    ChatCommand(words=("cost",), verb="cost", target=Target.QUERY, answer=_shown),
    ChatCommand(
        words=("cost", "log"),
        verb="cost.log",
        target=Target.INCIDENT,
        parameters=(
            _decimal("hours"),
            _decimal("rate"),
            _decimal("amount"),
            name("currency", Place.OPTION, required=False),
            choice("source", tuple(CostSource), Place.OPTION, required=False),
            _bearers(),
            _request(),
            text("words"),
        ),
        complete=_as_provider,
    ),
    ChatCommand(
        words=("cost", "confirm"),
        verb="cost.confirm",
        target=Target.INCIDENT,
        parameters=(_cost(), text("words", required=False)),
    ),
    ChatCommand(
        words=("cost", "dispute"),
        verb="cost.dispute",
        target=Target.INCIDENT,
        parameters=(_cost(), text("reason")),
    ),
    ChatCommand(
        words=("cost", "fund"),
        verb="cost.fund",
        target=Target.INCIDENT,
        parameters=(
            _cost_or_call(),
            organization("organization"),
            _decimal("amount"),
            text("words", required=False),
        ),
        complete=_as_provider,
    ),
)
