"""The reference of all commands as Markdown: `python -m bot.commands.reference > docs/commands.md`."""

import sys
from collections.abc import Iterator

from bot.commands.chat_command import ChatCommand
from bot.commands.registry import COMMANDS
from playbooks.texts import Texts, load_texts


def reference(texts: Texts) -> str:
    """Every command in the order of the registry; a test keeps docs/commands.md the same."""
    sections = (texts.say("reference.intro"), *(_section(command, texts) for command in COMMANDS))
    return "\n\n".join(sections) + "\n"


def _section(command: ChatCommand, texts: Texts) -> str:
    return "\n".join(_lines(command, texts))


def _lines(command: ChatCommand, texts: Texts) -> Iterator[str]:
    yield f"## `{command.spelled}`"
    yield ""
    yield command.summary(texts)
    yield ""
    yield "```"
    yield f"/incident {command.usage(texts)}"
    yield f"/incident {command.example(texts)}"
    yield "```"
    for parameter in command.parameters:
        if parameter.choices:
            choices = ", ".join(f"`{choice}`" for choice in parameter.choices)
            yield ""
            yield texts.say("reference.choices", label=parameter.label, choices=choices)
    others = ", ".join(f"`{' '.join(words)}`" for words in command.aliases)
    if others:
        yield ""
        yield texts.say("reference.aliases", aliases=others)


if __name__ == "__main__":
    sys.stdout.write(reference(load_texts()))
