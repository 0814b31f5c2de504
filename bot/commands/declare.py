"""Declaring an incident: from a person's report as easily as from an alert."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.hearing import Hearing
from bot.commands.parameter import Args, Place, choice, flag, marking, playbook, text
from playbooks.domain.incident import Severity
from playbooks.domain.marking import DEFAULT_MARKING
from playbooks.domain.rsit import RSIT_CLASSES


async def _complete(args: Args, hearing: Hearing) -> Args:
    unsaid = {
        "severity": Severity.MEDIUM.value,
        "class": "other",
        "marking": (hearing.team.marking or DEFAULT_MARKING).value,
        "restricted": False,
    }
    return unsaid | args


DECLARE: Final = ChatCommand(
    words=("declare",),
    verb="declare",
    target=Target.DECLARE,
    parameters=(
        choice("severity", tuple(Severity), Place.OPTION, required=False),
        choice("class", RSIT_CLASSES, Place.OPTION, required=False),
        marking("marking"),
        flag("restricted"),
        playbook(Place.OPTION, required=False),
        text("title", Place.TITLE),
        text("note", Place.BODY, required=False),
    ),
    complete=_complete,
)
