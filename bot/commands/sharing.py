"""Giving organizations something of the incident that they do not have; whose it is decides."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread
from bot.commands.parameter import Args, marking, text
from bot.commands.which import entry_number
from bot.commands.who import organizations


async def _with_whom(args: Args, hearing: Hearing) -> Args:
    """`all` is every party but one's own. Raises Misread where there is none."""
    others = [code for code in await hearing.parties() if code != hearing.speaker.organization]
    to = others if "all" in args["to"] else args["to"]
    if not to:
        raise Misread("misread.nobody_else")
    return {**args, "to": to}


SHARING: Final = (
    ChatCommand(
        words=("share",),
        verb="share",
        target=Target.INCIDENT,
        parameters=(
            entry_number(),
            organizations("to"),
            marking("marking"),
            text("words", required=False),
        ),
        complete=_with_whom,
    ),
)
