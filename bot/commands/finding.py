"""From words to the command they name; what names none gets the nearest."""

from itertools import takewhile
from typing import Final

from bot.commands.chat_command import ChatCommand
from bot.commands.grammar import Token
from bot.commands.misread import Misread, nearest, short

_MOST_WORDS: Final = 3
"""The longest name of a command."""


def find_command(commands: tuple[ChatCommand, ...], tokens: tuple[Token, ...]) -> tuple[ChatCommand, int]:
    """The command that the first words name, and how many those are. Raises Misread with the nearest."""
    by_name = _by_name(commands)
    words = _words(tokens)
    for count in range(len(words), 0, -1):
        if words[:count] in by_name:
            return by_name[words[:count]], count
    raise _unknown(commands, words)


def named(commands: tuple[ChatCommand, ...], spelled: str | None) -> ChatCommand | None:
    """The command that is spelled just so; None when there is none."""
    return _by_name(commands).get(tuple((spelled or "").split()))


def matching(commands: tuple[ChatCommand, ...], tokens: tuple[Token, ...]) -> tuple[ChatCommand, ...]:
    """The family that begins with these words: `task` is all of `task add`, `task done` and so on."""
    words = _words(tokens)
    return tuple(command for command in commands if words and command.words[: len(words)] == words)


def _by_name(commands: tuple[ChatCommand, ...]) -> dict[tuple[str, ...], ChatCommand]:
    return {name: command for command in commands for name in command.names}


def _words(tokens: tuple[Token, ...]) -> tuple[str, ...]:
    bare = takewhile(lambda token: not token.quoted and not token.name, tokens[:_MOST_WORDS])
    return tuple(token.value.casefold() for token in bare)


def _unknown(commands: tuple[ChatCommand, ...], words: tuple[str, ...]) -> Misread:
    family = [command for command in commands if command.words[:1] == words[:1]]
    known = [" ".join(name) for name in _by_name(commands)]
    if family:
        typed = " ".join(words[:2])
        near: str | None = nearest(typed, (c.spelled for c in family)) or family[0].spelled
    else:
        typed = words[0] if words else ""
        near = nearest(" ".join(words[:2]), known) or nearest(typed, known)
    return Misread("misread.no_command", typed=short(typed), nearest=near)
