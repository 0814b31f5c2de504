"""Asking organizations and answering: status calls and approvals are one shape."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, choice, consultation, number, organizations, span, text
from playbooks.domain.consultation import OPTIONS, Purpose

_DEADLINE_MINUTES: Final = 60


def _asking(word: str, purpose: Purpose) -> ChatCommand:
    async def complete(args: Args, hearing: Hearing) -> Args:
        unsaid = {"deadline_minutes": _DEADLINE_MINUTES, "needed": 0}
        asked = await _parties(hearing) if "all" in args["asked"] else args["asked"]
        if not asked:
            raise Misread("misread.nobody_else")
        if args.get("needed", 0) > len(asked):
            raise Misread("misread.number", typed=str(args["needed"]), label="needed", most=len(asked))
        return {"purpose": purpose.value, **unsaid, **args, "asked": asked}

    approvals = (number("needed", most=99),) if purpose is Purpose.APPROVAL else ()
    return ChatCommand(
        words=("ask", word),
        verb="ask",
        target=Target.CONSULTATION,
        parameters=(
            organizations("asked"),
            span("deadline", "deadline_minutes"),
            *approvals,
            text("question"),
        ),
        complete=complete,
    )


async def _parties(hearing: Hearing) -> list[str]:
    """Every party but one's own: one's own organization is asked by name."""
    return [code for code in await hearing.parties() if code != hearing.speaker.organization]


CONSULTATIONS: Final = (
    _asking("status", Purpose.STATUS_CALL),
    _asking("approval", Purpose.APPROVAL),
    ChatCommand(
        words=("answer",),
        verb="answer",
        target=Target.CONSULTATION,
        parameters=(
            consultation(),
            choice(
                "option", tuple(dict.fromkeys(option for options in OPTIONS.values() for option in options))
            ),
            text("words", required=False),
        ),
    ),
)
