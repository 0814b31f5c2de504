"""What the others are told: notes for the timeline, and status updates with a reminder of the next."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.parameter import past_moment, span, text

NOTE: Final = ChatCommand(
    words=("note",),
    verb="note",
    target=Target.INCIDENT,
    parameters=(past_moment("at", "happened_at"), text("note")),
)

UPDATE: Final = ChatCommand(
    words=("update",),
    verb="update",
    target=Target.INCIDENT,
    parameters=(span("every", "every_minutes"), text("update")),
)
