"""What the command line suggests: every command of the registry, with how it is typed."""

from functools import cache

from bot.commands.guest import open_to
from bot.commands.registry import COMMANDS
from playbooks.domain.organization import Person
from playbooks.texts import Texts


def suggestions(texts: Texts, person: Person) -> tuple[tuple[str, str, str], ...]:
    """The words of each command that is open to somebody, how it is typed, and what it does."""
    told = _told(texts)
    return tuple(told[command.spelled] for command in open_to(COMMANDS, person))


@cache
def _told(texts: Texts) -> dict[str, tuple[str, str, str]]:
    return {each.spelled: (each.spelled, each.usage(texts), each.summary(texts)) for each in COMMANDS}
