"""What the command line suggests: every command of the registry, with how it is typed."""

from functools import cache

from bot.commands.registry import COMMANDS
from playbooks.texts import Texts


@cache
def suggestions(texts: Texts) -> tuple[tuple[str, str, str], ...]:
    """Each command's words, how it is typed, and what it does."""
    return tuple((command.spelled, command.usage(texts), command.summary(texts)) for command in COMMANDS)
