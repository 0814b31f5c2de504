"""Who takes part: organizations come and go by their own word, and who may know can be named (004 §5, §7)."""

from datetime import datetime
from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
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


async def _who_can_join(args: Args, hearing: Hearing) -> Args:
    """Of a restricted incident none but the named hear: an organization without one of them would never know.

    Raises Misread.
    """
    state = (await hearing.case()).state
    named = {person.organization for person in hearing.directory.people if person.id in state.named}
    strangers = [code for code in args["organizations"] if state.restricted and code not in named]
    if strangers:
        raise Misread("misread.nobody_of_it_named", organizations=", ".join(strangers), incident=state.key)
    return args


PARTIES: Final = (
    ChatCommand(
        words=("invite",),
        verb="invite",
        target=Target.INCIDENT,
        parameters=(organizations("organizations", or_all=False),),
        complete=_who_can_join,
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
