"""The review after an incident, where a line is enough; its versions are written on its page."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Target
from bot.commands.parameter import Place, choice, number, span, text
from bot.commands.which import item
from bot.commands.who import owner
from playbooks.domain.function import Function
from playbooks.domain.judging.review import Signs

REVIEW: Final = (
    ChatCommand(
        words=("review", "action"),
        verb="review.action",
        target=Target.REVIEW,
        parameters=(
            span("due", "due_minutes"),
            owner("owner"),
            choice("function", tuple(Function), Place.OPTION, required=False),
            text("text"),
        ),
    ),
    ChatCommand(words=("review", "done"), verb="review.done", target=Target.REVIEW, parameters=(item(),)),
    ChatCommand(
        words=("review", "sign"),
        verb="review.sign",
        target=Target.REVIEW,
        parameters=(choice("role", tuple(Signs)), number("version", 10_000)),
    ),
)
