"""`kept`: what one gave while the database was away, and what becomes of it."""

import re
from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, short
from bot.commands.parameter import Args, Parameter, Place, Takes

_KEPT: Final = re.compile(r"K-?([0-9a-f]{6})", re.IGNORECASE)


def _read(typed: str, _hearing: Hearing) -> Args:
    match = _KEPT.fullmatch(typed)
    if not match:
        raise Misread("misread.no_kept", typed=short(typed))
    return {"kept": f"K-{match[1].lower()}"}


_ONE: Final = (Parameter("kept", Place.WORD, Takes.NAME, _read),)

LISTED: Final = ChatCommand(words=("kept",), verb="kept", target=Target.KEPT)
CONFIRMED: Final = ChatCommand(
    words=("kept", "confirm"), verb="kept.confirm", target=Target.KEPT, parameters=_ONE
)
DROPPED: Final = ChatCommand(words=("kept", "drop"), verb="kept.drop", target=Target.KEPT, parameters=_ONE)
KEPT: Final = (LISTED, CONFIRMED, DROPPED)
