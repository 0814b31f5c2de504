"""`indicators`: what to look for, put into the record and read back with what bounds it."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Request, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, Parameter, Place, Takes, flag, marking, name, text
from bot.reading.indicators import indicators_for
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.document import Banner, Block, Bullets, Code, Document, Heading, paragraph
from playbooks.domain.marking import strictest
from playbooks.domain.pap import Pap, parse_pap
from playbooks.indicators.lines import read_lines, write_lines
from playbooks.indicators.named import SLOT, Named
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_TYPED: Final = "indicators"


def _pap() -> Parameter:
    return Parameter(
        "pap",
        Place.OPTION,
        Takes.CHOICE,
        lambda typed, _hearing: {"pap": parse_pap(typed).value},
        required=False,
        choices=tuple(each.value for each in Pap),
    )


async def _written(request: Request, hearing: Hearing) -> Request:
    """The indicators in their one form, and how many; `alerts` adds what one's own alerts name. Raises Misread."""
    args = dict(request.args)
    found = read_lines(request.texts.get(_TYPED, ""))
    if args.pop("alerts", False):
        found = tuple(dict.fromkeys((*found, *await hearing.indicators())))
        args["came"] = "alerts"
    if not found:
        raise Misread("misread.no_indicators")
    return Request(args={**args, "count": len(found)}, texts={SLOT: write_lines(found)})


async def _where(args: Args, hearing: Hearing) -> Args:
    """The collection of one's own organization that is named, or its first. Raises Misread."""
    own = hearing.accounts(hearing.speaker.organization, PortName.SHARING)
    found = collection_of(own, hearing.speaker.organization, args.get("collection", ""))
    return {**args, "collection": found.id.split("/")[1]}


def collection_of(own: Sequence[Connection], organization: str, named: str) -> Connection:
    """The collection of an organization by its account, or the first where none is named. Raises Misread."""
    if not own:
        raise Misread("misread.no_collection", organization=organization)
    accounts = {each.id.split("/")[1]: each for each in own}
    if named and named not in accounts:
        raise Misread("misread.no_such_collection", typed=named, choices=", ".join(accounts))
    return accounts[named] if named else own[0]


async def _listed(inquiry: Inquiry) -> Document:
    case = await inquiry.case()
    found = await indicators_for(inquiry.views, inquiry.reader, inquiry.key)
    banner = strictest(case.state.marking, *(each.marking for each in found))
    return Document(blocks=(Banner(marking=banner), *_blocks(inquiry.texts, inquiry.key, found)))


def _blocks(texts: Texts, key: str, found: tuple[Named, ...]) -> Iterator[Block]:
    yield Heading(text=texts.say("indicators.heading", incident=key, count=len(found)))
    if not found:
        yield paragraph(texts.say("indicators.none"))

    def bound(named: Named) -> tuple[int, int, str]:
        return (named.marking.strictness, named.pap.strictness, named.indicator.kind.value)

    for _, group in groupby(sorted(found, key=bound), key=bound):
        alike = tuple(group)
        one = alike[0]
        said = {"kind": one.indicator.kind.value, "marking": one.marking.value, "pap": one.pap.value}
        yield paragraph(*sentence(texts, "indicators.group", said))
        yield Bullets(items=tuple((Code(text=each.indicator.value),) for each in alike))


INDICATORS: Final = (
    ChatCommand(words=("indicators",), verb="indicators", target=Target.QUERY, answer=_listed),
    ChatCommand(
        words=("indicators", "add"),
        verb="indicators.add",
        target=Target.INCIDENT,
        parameters=(marking("marking"), _pap(), flag("alerts"), text(_TYPED, required=False)),
        reword=_written,
    ),
    ChatCommand(
        words=("indicators", "give"),
        verb="indicators.give",
        target=Target.INCIDENT,
        parameters=(name("collection", required=False), flag("unnamed")),
        complete=_where,
    ),
)
