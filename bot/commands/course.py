"""The course of an incident: how bad it is, how far it has come, closing it and opening it again."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.parameter import Args, Parameter, Place, Takes, choice, text
from playbooks.domain.incident import Phase, Severity


def _incident(label: str) -> Parameter:
    """Another incident, by its key."""

    def read(typed: str, _hearing: Hearing) -> Args:
        return {label: typed.upper()}

    return Parameter(label, Place.WORD, Takes.NAME, read)


COURSE: Final = (
    ChatCommand(
        words=("severity",),
        verb="severity",
        target=Target.INCIDENT,
        parameters=(choice("severity", tuple(Severity)), text("reason", required=False)),
    ),
    ChatCommand(
        words=("phase",),
        verb="phase",
        target=Target.INCIDENT,
        parameters=(
            choice("phase", tuple(phase for phase in Phase if phase is not Phase.CLOSED)),
            text("reason", required=False),
        ),
    ),
    ChatCommand(
        words=("merge",),
        verb="merge",
        target=Target.INCIDENT,
        parameters=(_incident("other"), text("reason", required=False)),
    ),
    ChatCommand(
        words=("close",),
        verb="close",
        target=Target.INCIDENT,
        parameters=(text("reason", required=False),),
    ),
    ChatCommand(
        words=("reopen",),
        verb="reopen",
        target=Target.INCIDENT,
        parameters=(text("reason"),),
    ),
)
