"""The vendor on retainer: called, waited for, its hours written down and confirmed, the call closed."""

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Takes, flag, name, past_moment, text
from bot.commands.spelling import meant
from bot.commands.who import organization, person
from playbooks.domain.case import Case
from playbooks.domain.circle.retainer import Call, Clock, first_claims, plain, together
from playbooks.domain.document import Banner, Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.judging.calls import hours_asked_for
from playbooks.texts import Texts
from playbooks.texts.wording import label, sentence

_CALL: Final = re.compile(r"V-?(\d{1,6})", re.IGNORECASE)
_HOURS: Final = re.compile(r"H-?(\d{1,6})", re.IGNORECASE)


def _call() -> Parameter:
    """A call on the retainer, `V-1`; where none is said, the one that is open."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _CALL.fullmatch(typed)
        if not match:
            raise Misread("misread.no_call", typed=short(typed))
        return {"call": f"V-{int(match[1])}"}

    return Parameter("call", Place.OPTION, Takes.NAME, read, required=False)


def _what() -> Parameter:
    """What is confirmed: that the vendor acknowledged, works from afar or is there; or hours, `H-1`."""
    clocks = tuple(Clock)

    def read(typed: str, _hearing: Hearing) -> Args:
        hours = _HOURS.fullmatch(typed)
        wanted = meant(typed, "clock", clocks)
        if hours is None and wanted is None:
            raise Misread("misread.no_confirmation", typed=short(typed), choices=", ".join(clocks))
        return {"what": f"H-{int(hours[1])}" if hours else wanted}

    return Parameter("what", Place.WORD, Takes.NAME, read, choices=clocks, family="clock")


def _amount() -> Parameter:
    """Hours in quarters, `6.5`; the rules judge them."""
    return Parameter("hours", Place.WORD, Takes.NUMBER, lambda typed, _hearing: {"hours": short(typed)})


async def _status(inquiry: Inquiry) -> Document:
    case = await inquiry.case()
    others = await _elsewhere(inquiry) if case.state.calls else {}
    return Document(blocks=tuple(_blocks(inquiry.texts, case, others)))


async def _elsewhere(inquiry: Inquiry) -> dict[str, tuple[Call, ...]]:
    """The calls of the other incidents that the reader knows of."""
    lines = [line for line in await inquiry.views.incidents(inquiry.reader) if line.key != inquiry.key]
    cases = [(line.key, await inquiry.views.case(inquiry.reader, line.key)) for line in lines]
    return {key: tuple(case.state.calls.values()) for key, case in cases if case.state.calls}


def _blocks(texts: Texts, case: Case, others: dict[str, tuple[Call, ...]]) -> Iterator[Block]:
    calls = case.state.calls
    yield Banner(marking=case.state.marking)
    yield Heading(text=texts.say("retainer.heading", incident=case.state.key, count=len(calls)))
    for call in calls.values():
        yield paragraph(*_told(texts, call))
        same = {
            key: tuple(each for each in found if each.agreement.code == call.agreement.code)
            for key, found in others.items()
        }
        yield Bullets(
            items=(
                *_clocks(texts, call),
                *_hours(texts, call, same),
                *_logged(texts, call),
                *_asked_for(texts, case, call),
            )
        )
        rivals = [(key, each) for key, found in same.items() for each in found if each.is_open]
        if call.is_open and rivals:
            order = ", ".join(first_claims([(case.state.key, call), *rivals]))
            yield paragraph(*texts.parts("retainer.rivals", order=order))


def _told(texts: Texts, call: Call) -> tuple[Inline, ...]:
    said = {
        "call": call.id,
        "vendor": call.agreement.vendor,
        "reference": call.agreement.reference,
        "called_at": call.called_at,
        "closed_at": call.closed_at,
        "telephone": call.agreement.telephone if call.is_open else "",
    }
    return sentence(texts, "retainer.call", said)


def _clocks(texts: Texts, call: Call) -> Iterator[tuple[Inline, ...]]:
    for clock, owed_at in call.owed.items():
        met_at = call.met.get(clock)
        said = {
            "clock": label(texts, "clock", clock),
            "owed_at": owed_at,
            "met_at": met_at,
            "late": "late" if met_at and met_at > owed_at else None,
        }
        yield sentence(texts, "retainer.clock", said)


def _hours(texts: Texts, call: Call, others: dict[str, tuple[Call, ...]]) -> Iterator[tuple[Inline, ...]]:
    """The burn-down, by organization: over the incidents that the reader knows of."""
    used = call.used
    for each in (each for found in others.values() for each in found):
        used = together(used, each.used)
    for code, bought in call.agreement.hours.items():
        hours = used.get(code, Decimal())
        said = {
            "organization": code,
            "used": plain(hours),
            "bought": plain(bought),
            "left": plain(bought - hours),
        }
        yield sentence(texts, "retainer.burned", said)


def _logged(texts: Texts, call: Call) -> Iterator[tuple[Inline, ...]]:
    for each in call.logged.values():
        said = {
            "hours_id": each.id,
            "hours": plain(each.hours),
            "organization": each.organization,
            "waits": None if each.confirmed else "waits",
        }
        yield sentence(texts, "retainer.logged", said)


def _asked_for(texts: Texts, case: Case, call: Call) -> Iterator[tuple[Inline, ...]]:
    for consultation, held in hours_asked_for(case.state, call).items():
        said = {
            "hours": held.args["hours"],
            "organization": held.args.get("organization", held.actor.organization),
            "consultation": consultation,
        }
        yield sentence(texts, "retainer.asked_for", said)


RETAINER: Final = (
    ChatCommand(
        words=("retainer", "activate"),
        verb="retainer.activate",
        target=Target.INCIDENT,
        parameters=(
            name("agreement", Place.OPTION, required=False),
            flag("on_site"),
            text("need"),
        ),
    ),
    ChatCommand(words=("retainer", "status"), verb="retainer.status", target=Target.QUERY, answer=_status),
    ChatCommand(
        words=("retainer", "hours"),
        verb="retainer.hours",
        target=Target.INCIDENT,
        parameters=(
            _amount(),
            organization("for", Place.OPTION, required=False),
            _call(),
            text("words", required=False),
        ),
    ),
    ChatCommand(
        words=("retainer", "confirm"),
        verb="retainer.confirm",
        target=Target.INCIDENT,
        parameters=(_what(), past_moment("at", "happened_at"), _call(), text("words", required=False)),
    ),
    ChatCommand(
        words=("retainer", "admit"),
        verb="retainer.admit",
        target=Target.INCIDENT,
        parameters=(person(), _call(), text("words", required=False)),
    ),
    ChatCommand(
        words=("retainer", "dismiss"),
        verb="retainer.dismiss",
        target=Target.INCIDENT,
        parameters=(person(), text("words", required=False)),
    ),
    ChatCommand(
        words=("retainer", "close"),
        verb="retainer.close",
        target=Target.INCIDENT,
        parameters=(_call(), text("words", required=False)),
    ),
)
