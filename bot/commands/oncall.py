"""`oncall`: who is on call now, in one's own organization or one that takes part; putting somebody in for another."""

from datetime import timedelta
from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.clock import read_moment, read_span
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Takes, number, text
from bot.commands.who import organization, person
from bot.reading.on_call_told import AHEAD, told_on_call
from playbooks.domain.document import Document
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.policy import check_party

_MOST_LEVELS: Final = 20
_LONGEST: Final = timedelta(days=366)


async def _oncall(inquiry: Inquiry) -> Document:
    own, texts = inquiry.speaker.organization, inquiry.texts
    asked = OrganizationCode(inquiry.request.args.get("organization", own))
    if asked != own:
        state = (await inquiry.case()).state
        check_party(own, state)
        check_party(asked, state)
    now = await inquiry.on_call(asked, ahead=AHEAD if asked == own else timedelta())
    return told_on_call(texts, now, is_own=asked == own)


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
