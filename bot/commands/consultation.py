"""Asking organizations and answering: whatever asks many is one shape, and one board shows how it stands."""

from typing import Final

from bot.commands.board import BOARD
from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, Missing
from bot.commands.parameter import Args, Parameter, Place, choice, codes, number, span, text
from bot.commands.which import consultation
from bot.commands.who import organization, organizations
from playbooks.domain.consultation import OPTIONS, Purpose
from playbooks.domain.organization import Membership

_DEADLINE_MINUTES: Final = 60


def _asking(words: str, purpose: Purpose, *more: Parameter) -> ChatCommand:
    async def complete(args: Args, hearing: Hearing) -> Args:
        unsaid = {"deadline_minutes": _DEADLINE_MINUTES, "needed": 0}
        asked = await _all(purpose, hearing) if "all" in args["asked"] else args["asked"]
        if not asked:
            raise Misread("misread.nobody_else")
        if args.get("needed", 0) > len(asked):
            raise Misread("misread.number", typed=str(args["needed"]), label="needed", most=len(asked))
        if purpose is Purpose.SIGN_OFF and "signs" not in args:
            raise Missing("signs")
        return {"purpose": purpose.value, **unsaid, **args, "asked": asked, **_roll(purpose, asked, hearing)}

    return ChatCommand(
        words=("ask", words),
        verb="ask",
        target=Target.CONSULTATION,
        parameters=(organizations("asked"), span("deadline", "deadline_minutes"), *more, text("question")),
        complete=complete,
    )


def _roll(purpose: Purpose, asked: list[str], hearing: Hearing) -> Args:
    """What the directory says of those who are asked to vote; whether they may is judged."""
    if purpose is not Purpose.VOTE:
        return {}
    return {"roll": {code: hearing.directory.organization(code).membership.value for code in asked}}


async def _all(purpose: Purpose, hearing: Hearing) -> list[str]:
    """Of a vote every party that has one, one's own too; else every party but one's own."""
    if purpose is not Purpose.VOTE:
        return await _parties(hearing)
    members = (hearing.directory.organization(code) for code in await hearing.parties())
    return [each.code for each in members if each.membership is Membership.MEMBER]


async def _parties(hearing: Hearing) -> list[str]:
    """Every party but one's own: one's own organization is asked by name."""
    return [code for code in await hearing.parties() if code != hearing.speaker.organization]


CONSULTATIONS: Final = (
    BOARD,
    _asking("status", Purpose.STATUS_CALL),
    _asking("approval", Purpose.APPROVAL, number("needed", most=99)),
    _asking("vote", Purpose.VOTE, number("quorum", most=99)),
    _asking("aid", Purpose.MUTUAL_AID),
    _asking("opt-in", Purpose.OPT_IN),
    _asking("sign-off", Purpose.SIGN_OFF, choice("signs", ("legal", "executive", "ciso"), Place.OPTION)),
    ChatCommand(
        words=("answer",),
        verb="answer",
        target=Target.CONSULTATION,
        parameters=(
            consultation(),
            choice(
                "option", tuple(dict.fromkeys(option for options in OPTIONS.values() for option in options))
            ),
            number("hours", 10_000),
            codes("skills"),
            organization("for", Place.OPTION, required=False),
            text("words", required=False),
        ),
    ),
)
