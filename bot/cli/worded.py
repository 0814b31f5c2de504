"""The command line in the reader's language: what `--help` says, and what is said to whoever mistypes.

The definitions hold no words. A command's stand under `cli.<its path>`, a parameter's under its command and its name,
or under `cli.option.<its name>` where it means the same everywhere; what Typer itself says is put into our words.
"""

import os
import re
from collections.abc import Iterable
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import typer

from bot.terminal.language import offered
from playbooks.domain.tongue import SOURCE, Tongue, speak
from playbooks.texts import Texts, languages, load_texts

_VALUE: Final = r"Invalid value for (?P<label>.+?): (?:Value error, )?"
_SAID: Final = (
    (r"No such command '(?P<typed>.*?)'\.(?: Did you mean .*)?", "cli.wrong.command"),
    (r"No such option: (?P<typed>.*?)(?: \(Possible options: (?P<nearest>.*)\))?", "cli.wrong.option"),
    (r"Missing command\.", "cli.wrong.no_command"),
    (r"Missing (?:argument|option|parameter) (?P<label>.*?)\.(?s:\s.*)?", "cli.wrong.missing"),
    (r"Option '(?P<label>.*)' requires .*argument.*", "cli.wrong.empty"),
    (r"Got unexpected extra argument\(s\) \((?P<typed>.*)\)", "cli.wrong.surplus"),
    (_VALUE + r"\w+ '(?P<typed>.*)' does not exist\.", "cli.wrong.no_file"),
    (_VALUE + r"\w+ '(?P<typed>.*)' is a directory\.", "cli.wrong.directory"),
    (_VALUE + r"\w+ '(?P<typed>.*)' is not (?:readable|writable)\.", "cli.wrong.file_closed"),
    (_VALUE + r"(?P<typed>.*) is not one of (?P<choices>.*)\.", "cli.wrong.choice"),
    (_VALUE + r"(?P<typed>.*) does not match the formats? .*\.", "cli.wrong.day"),
    (_VALUE + r"Input should be greater than or equal to (?P<least>.*)", "cli.wrong.least"),
    (_VALUE + r"Input should be less than or equal to (?P<most>.*)", "cli.wrong.most"),
    (_VALUE + r".*", "cli.wrong.value"),
)
"""What Typer says (it has English alone for these), and our text of it."""
_AROUND: Final = {
    "ARGUMENTS_PANEL_TITLE": "cli.word.arguments",
    "OPTIONS_PANEL_TITLE": "cli.word.options",
    "COMMANDS_PANEL_TITLE": "cli.word.commands",
    "REQUIRED_LONG_STRING": "cli.word.required",
    "DEFAULT_STRING": "cli.word.default",
}


def in_the_language_asked_for() -> None:
    """Speak as `LC_ALL` and its like ask, from here on."""
    speak(Tongue(language=offered(os.environ, languages()) or SOURCE))


def choose(language: str | None) -> None:
    """`--language`: for this command, as if it stood in `LC_ALL`. Raises typer.BadParameter."""
    if language is None:
        return
    if language not in languages():
        said = f"{language} is not one of {', '.join(languages())}."  # as Typer says it, so that `wrong` words it
        raise typer.BadParameter(said, param_hint="--language")
    os.environ["LC_ALL"] = language
    in_the_language_asked_for()


def worded(command: Any, code: str) -> None:  # noqa: ANN401  a click command; typer keeps its click to itself
    """Have a command, and those below it, take their words when they explain themselves: the language is known then."""
    show = command.format_help

    def explained(ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        texts = load_texts()
        _word(command, code, ctx, texts)
        _word_around(texts)
        show(ctx, formatter)

    command.format_help = explained
    for name, each in getattr(command, "commands", {}).items():
        worded(each, f"{code}.{name}")


def _word(command: Any, code: str, ctx: Any, texts: Texts) -> None:  # noqa: ANN401  as above
    """Raises UnknownText."""

    def usage(ctx: Any, formatter: Any) -> None:  # noqa: ANN401  as above
        pieces = " ".join(command.collect_usage_pieces(ctx))
        formatter.write_usage(ctx.command_path, pieces, prefix=f"{texts.say('cli.word.usage')} ")

    command.help, command.format_usage = texts.say(code), usage
    command.options_metavar = f"[{texts.say('cli.word.options').upper()}]"
    command.get_help_option(ctx).help = texts.say("cli.word.help")
    for parameter in command.params:
        own = f"{code}.{parameter.name}"
        parameter.help = texts.say(own if own in texts else f"cli.option.{parameter.name}")
    if hasattr(command, "list_commands"):
        command.subcommand_metavar = texts.say("cli.word.subcommand")
        for name in command.list_commands(ctx):
            command.get_command(ctx, name).help = texts.say(f"{code}.{name}")


def _word_around(texts: Texts) -> None:
    """Typer takes these from its names when it prints, and what prints is slow to load."""
    rich_utils = import_module("typer.rich_utils")
    for name, code in _AROUND.items():
        setattr(rich_utils, name, texts.say(code, value="{}"))


def wrong(error: Any) -> str:  # noqa: ANN401  as above
    """What to say to whoever mistyped: a sentence, and where to read more; to whoever typed a group alone, its help."""
    texts, said = load_texts(), error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        return str(said)
    found = ((re.fullmatch(pattern, said), code) for pattern, code in _SAID)
    sentence = next((_put(texts, code, match, error) for match, code in found if match), said)
    path = error.ctx.command_path if getattr(error, "ctx", None) else "muster"
    return f"{sentence} {texts.say('cli.wrong.more', command=path)}"


def _put(texts: Texts, code: str, match: "re.Match[str]", error: Any) -> str:  # noqa: ANN401  as above
    said = {name: value.replace("'", "") for name, value in match.groupdict().items() if value}
    if code == "cli.wrong.command" and error.ctx:
        said |= _nearest(said["typed"], error.ctx.command.list_commands(error.ctx))
    sentence = texts.say(code, **{name: value for name, value in said.items() if name != "nearest"})
    near = said.get("nearest")
    return f"{sentence} {texts.say('misread.nearest', nearest=near)}" if near else sentence


def _nearest(typed: str, known: Iterable[str]) -> dict[str, str]:
    return {"nearest": near[0]} if (near := get_close_matches(typed, list(known), n=1)) else {}
