"""`oncall`: who is on call now, in one's own organization or one that takes part; putting somebody in for another."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.clock import read_moment, read_span
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Takes, number, text
from bot.commands.who import organization, person
from playbooks.domain.document import Block, Bullets, Document, Heading, Inline, paragraph
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.on_call import Ahead, Gap, OnCallNow, Rung
from playbooks.domain.policy import check_party
from playbooks.texts import Texts
from playbooks.texts.wording import sentence

_MOST_LEVELS: Final = 20
_MOST_SHIFTS: Final = 20
_AHEAD: Final = timedelta(days=7)
_LONGEST: Final = timedelta(days=366)


async def _oncall(inquiry: Inquiry) -> Document:
    own, texts = inquiry.speaker.organization, inquiry.texts
    asked = OrganizationCode(inquiry.request.args.get("organization", own))
    if asked != own:
        state = (await inquiry.case()).state
        check_party(own, state)
        check_party(asked, state)
    now = await inquiry.on_call(asked, ahead=_AHEAD if asked == own else timedelta())
    return Document(blocks=tuple(_blocks(texts, now, is_own=asked == own)))


def _blocks(texts: Texts, now: OnCallNow, *, is_own: bool) -> Iterator[Block]:
    """The call list: in the order of calling, with telephone numbers for one's own organization alone."""
    yield Heading(text=texts.say("oncall.heading", organization=now.organization))
    if not now.rungs:
        yield paragraph(*texts.parts("oncall.nobody"))
        return
    yield Bullets(items=tuple(_line(texts, rung, is_own=is_own) for rung in now.rungs))
    yield paragraph(*texts.parts(f"oncall.{now.source}"))
    if is_own and now.ahead:
        yield paragraph(*texts.parts("oncall.ahead", count=_AHEAD.days))
        yield Bullets(items=tuple(_shift(texts, shift) for shift in now.ahead[:_MOST_SHIFTS]))
    if is_own and now.gaps:
        yield paragraph(*texts.parts("oncall.gaps", count=len(now.gaps)))
        yield Bullets(items=tuple(_gap(texts, gap) for gap in now.gaps[:10]))


def _line(texts: Texts, rung: Rung, *, is_own: bool) -> tuple[Inline, ...]:
    said = {"who": rung.who, "level": rung.level, "until_at": rung.until}
    return sentence(texts, "oncall.rung", {**said, "telephone": rung.telephone if is_own else ""})


def _shift(texts: Texts, shift: Ahead) -> tuple[Inline, ...]:
    return sentence(texts, "oncall.ahead.shift", shift.model_dump())


def _gap(texts: Texts, gap: Gap) -> tuple[Inline, ...]:
    return sentence(texts, "oncall.gap", gap.model_dump())


def _moment(label: str, argument: str, *, required: bool) -> Parameter:
    """A moment to come, or in how long; as ISO 8601 text in UTC."""

    def read(typed: str, hearing: Hearing) -> Args:
        ahead = read_span(typed)
        moment = hearing.received_at + ahead if ahead else read_moment(typed, hearing.received_at)
        if moment is None or moment > hearing.received_at + 2 * _LONGEST:
            raise Misread("misread.moment", typed=short(typed), label=label)
        return {argument: moment.isoformat()}

    return Parameter(label, Place.OPTION, Takes.MOMENT, read, required)


ONCALL: Final = (
    ChatCommand(
        words=("oncall",),
        verb="oncall",
        target=Target.QUERY,
        parameters=(organization("organization", required=False),),
        answer=_oncall,
        aliases=(("on", "call"), ("on-call",)),
    ),
    ChatCommand(
        words=("oncall", "override"),
        verb="oncall.override",
        target=Target.ROTA,
        parameters=(
            person(),
            _moment("from", "start_at", required=False),
            _moment("until", "end_at", required=True),
            number("level", _MOST_LEVELS),
            text("reason", required=False),
        ),
    ),
    ChatCommand(
        words=("page", "acknowledge"), verb="page.acknowledge", target=Target.INCIDENT, aliases=(("ack",),)
    ),
    ChatCommand(words=("page", "resolve"), verb="page.resolve", target=Target.INCIDENT),
)
