"""Who takes part: organizations come and go by their own word, and who may know can be named (004 §5, §7)."""

from datetime import datetime
from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.parameter import Args, choices, past_moment, text
from bot.commands.who import organizations, people
from playbooks.domain.circle.matters import Matter


async def _now_unless_said(args: Args, hearing: Hearing) -> Args:
    """From when somebody knew, the clocks of her own organization count, as its entry in the directory states them."""
    own = hearing.directory.organization(hearing.speaker.organization)
    said = {"aware_at": hearing.received_at.isoformat()} | args
    aware_at = datetime.fromisoformat(said["aware_at"])
    clocks = [clock.start(aware_at).model_dump(mode="json") for clock in own.clocks]
    return said | ({"clocks": clocks} if clocks else {})


async def _with_oneself(args: Args, hearing: Hearing) -> Args:
    """Nobody shuts themselves out by naming the others."""
    return {"named": list(dict.fromkeys([*args["named"], hearing.speaker.id]))}


PARTIES: Final = (
    ChatCommand(
        words=("invite",),
        verb="invite",
        target=Target.INCIDENT,
        parameters=(organizations("organizations", or_all=False),),
    ),
    ChatCommand(words=("join",), verb="join", target=Target.INCIDENT),
    ChatCommand(
        words=("leave",),
        verb="leave",
        target=Target.INCIDENT,
        parameters=(text("reason", required=False),),
    ),
    ChatCommand(
        words=("aware",),
        verb="awareness",
        target=Target.INCIDENT,
        parameters=(past_moment("at", "aware_at"),),
        complete=_now_unless_said,
    ),
    ChatCommand(
        words=("touches",),
        verb="touch",
        target=Target.INCIDENT,
        parameters=(
            choices("matters", tuple(Matter)),
            past_moment("at", "aware_at"),
            text("note", required=False),
        ),
        complete=_now_unless_said,
    ),
    ChatCommand(
        words=("restrict",),
        verb="restrict",
        target=Target.INCIDENT,
        parameters=(people("named"),),
        complete=_with_oneself,
    ),
)
