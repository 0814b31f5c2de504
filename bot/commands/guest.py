"""What is open to a vendor's guest: what policy lets her do, and questions about what was released to her."""

from collections.abc import Iterable
from typing import Final

from bot.commands.chat_command import ChatCommand
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.organization import Person
from playbooks.domain.policy import PERMISSIONS, Who, check_no_guest

_ASKED: Final = frozenset(
    {
        *("help", "list", "status", "who", "tasks", "waiting", "timeline"),
        *("board", "indicators", "evidence.list", "retainer.status"),
    }
)
"""Queries that read nothing but the incidents that she knows of: the directory and the rotas are not for her."""


def is_open_to(command: ChatCommand, person: Person) -> bool:
    """Whether somebody may give a command at all; whether here and now, the rules judge."""
    if not is_vendor(person.organization):
        return True
    return command.verb in _ASKED if command.answer else Who.GUEST in PERMISSIONS.get(command.verb, ())


def open_to(commands: Iterable[ChatCommand], person: Person) -> tuple[ChatCommand, ...]:
    """Those of these that are open to somebody."""
    return tuple(command for command in commands if is_open_to(command, person))


def check_asks(command: ChatCommand, person: Person) -> None:
    """Raise Refused for a question that is not a guest's to ask; what she may do is judged and recorded."""
    if command.answer is not None and not is_open_to(command, person):
        check_no_guest(person.organization)
