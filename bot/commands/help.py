"""`help`: every command in a line, or one command in full."""

from typing import Final

from bot.commands.chat_command import ChatCommand, Inquiry, Target
from bot.commands.finding import find_command, matching
from bot.commands.grammar import tokens
from bot.commands.parameter import command_words
from playbooks.domain.document import Bullets, Code, Document, Heading, inline, paragraph
from playbooks.domain.tongue import colon
from playbooks.texts import Texts


async def _help(inquiry: Inquiry) -> Document:
    asked = inquiry.request.texts.get("command", "")
    if not asked:
        return overview(inquiry.texts, inquiry.commands)
    words = tokens(asked)
    family = matching(inquiry.commands, words)
    if len(family) > 1:
        return overview(inquiry.texts, family)
    command, _words = find_command(inquiry.commands, words)
    return describe(inquiry.texts, command)


def overview(texts: Texts, commands: tuple[ChatCommand, ...]) -> Document:
    """Each command with what it does."""
    items = tuple(
        inline(Code(text=command.spelled), f"{colon()} ", command.summary(texts)) for command in commands
    )
    return Document(
        blocks=(
            Heading(text=texts.say("help.heading")),
            Bullets(items=items),
            paragraph(*texts.parts("help.more")),
        )
    )


def describe(texts: Texts, command: ChatCommand) -> Document:
    """One command: what it does, how it is typed, a line that works."""
    heading = Heading(text=command.spelled)
    return Document(blocks=(heading, paragraph(command.summary(texts)), how(texts, command)))


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
