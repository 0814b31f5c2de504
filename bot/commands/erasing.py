"""Erasing personal data from the record, and the legal hold that forbids it."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.parameter import choice, text
from bot.commands.which import entry_number, erasure
from playbooks.domain.erasure import Erasable

ERASING: Final = (
    ChatCommand(words=("hold",), verb="hold", target=Target.INCIDENT, parameters=(text("reason"),)),
    ChatCommand(
        words=("hold", "lift"), verb="hold.lift", target=Target.INCIDENT, parameters=(text("reason"),)
    ),
    ChatCommand(
        words=("erase",),
        verb="erase",
        target=Target.INCIDENT,
        parameters=(entry_number(), choice("what", tuple(Erasable)), text("reason")),
    ),
    ChatCommand(
        words=("erase", "approve"),
        verb="erase.approve",
        target=Target.INCIDENT,
        parameters=(erasure(), text("reason", required=False)),
    ),
    ChatCommand(
        words=("erase", "reject"),
        verb="erase.reject",
        target=Target.INCIDENT,
        parameters=(erasure(), text("reason", required=False)),
    ),
)
