"""Escalating to the Digital and Technology Network: an issue as a code, and words that every party agreed to."""

from dataclasses import replace
from typing import Final

from bot.commands.chat_command import ChatCommand, Request, Target
from bot.commands.hearing import Hearing
from bot.commands.parameter import choice, text
from playbooks.domain.circle.escalation import Issue

_WORDS: Final = "words"


async def _in_words(request: Request, _hearing: Hearing) -> Request:
    """Say in a code that there are words: whoever judges sees none."""
    if not request.texts.get(_WORDS):
        return request
    return replace(request, args={**request.args, "in_words": True})


ESCALATION: Final = (
    ChatCommand(
        words=("escalate",),
        verb="escalate",
        target=Target.INCIDENT,
        parameters=(choice("issue", tuple(Issue)), text(_WORDS, required=False)),
        reword=_in_words,
    ),
)
