"""`help`: every command by its name, those of one word in a line each, or one command in full."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.finding import find_command, matching
from bot.commands.grammar import tokens
from bot.commands.parameter import command_words
from playbooks.domain.document import Bullets, Code, Document, Heading, Inline, inline, paragraph
from playbooks.domain.tongue import colon
from playbooks.texts import Texts


async def _help(inquiry: Inquiry) -> Document:
    asked = inquiry.request.texts.get("command", "")
    if not asked:
        return by_name(inquiry.texts, inquiry.commands)
    words = tokens(asked)
    family = matching(inquiry.commands, words)
    if len(family) > 1:
        return overview(inquiry.texts, family)
    command, _words = find_command(inquiry.commands, words)
    return describe(inquiry.texts, command)


def by_name(texts: Texts, commands: tuple[ChatCommand, ...]) -> Document:
    """The names of all, so that they fit one message: those that stand alone, then what follows a common word."""
    families: dict[str, list[str]] = {}
    for command in commands:
        families.setdefault(command.words[0], []).append(" ".join(command.words[1:]))
    alone = [word for word, following in families.items() if "" in following]
    items = tuple(
        inline(Code(text=word), f" {', '.join(filter(None, following))}")
        for word, following in families.items()
        if any(following)
    )
    return _listed(texts, (inline(Code(text=", ".join(alone))), *items))


def overview(texts: Texts, commands: tuple[ChatCommand, ...]) -> Document:
    """Each command with what it does."""
    items = tuple(
        inline(Code(text=command.spelled), f"{colon()} ", *_summary(texts, command)) for command in commands
    )
    return _listed(texts, items)


def _listed(texts: Texts, items: tuple[tuple[Inline, ...], ...]) -> Document:
    heading, more = Heading(text=texts.say("help.heading")), paragraph(*texts.parts("help.more"))
    return Document(blocks=(heading, Bullets(items=items), more))


def describe(texts: Texts, command: ChatCommand) -> Document:
    """One command: what it does, how it is typed, a line that works."""
    heading = Heading(text=command.spelled)
    return Document(blocks=(heading, paragraph(*_summary(texts, command)), how(texts, command)))


def _summary(texts: Texts, command: ChatCommand) -> tuple[Inline, ...]:
    return texts.parts(f"{command.code}.summary")


def how(texts: Texts, command: ChatCommand) -> Bullets:
    """How a command is typed, with a line that works."""
    usage = texts.parts("help.usage", usage=Code(text=f"/incident {command.usage(texts)}"))
    example = texts.parts("help.example", example=Code(text=f"/incident {command.example(texts)}"))
    return Bullets(items=(usage, example))


HELP: Final = ChatCommand(
    words=("help",),
    verb="help",
    target=Target.QUERY,
    parameters=(command_words("command"),),
    answer=_help,
    aliases=(("?",),),
)
