"""Commands in a word: `task: …`, `ssh: …`, `page: {…}`; each way."""

from pydantic import JsonValue

from playbooks.cacao.extension import ACTIONS
from playbooks.cacao.model import CommandType
from playbooks.cacao.shorthand.words import ACTION_WORDS, COMMANDS

Object = dict[str, JsonValue]

_TYPES = {type_: word for word, type_ in COMMANDS.items()}


def expand_command(command: JsonValue) -> JsonValue:
    """One entry of `commands`: a word of the shorthand beside properties of the standard, or those alone."""
    if not isinstance(command, dict):
        return command
    rest = {key: value for key, value in command.items() if key not in COMMANDS and key not in ACTION_WORDS}
    spoken = {key: value for key, value in command.items() if key not in rest}
    if len(spoken) != 1 or "type" in rest:
        return command
    word, value = next(iter(spoken.items()))
    return {**command_of(word, value), **rest}


def command_of(word: str, value: JsonValue) -> Object:
    """The command that one word stands for."""
    if word in ACTION_WORDS:
        return {
            "type": CommandType.MUSTER.value,
            "command": word,
            "arguments": {} if value is None else value,
        }
    return {"type": COMMANDS[word], "command": value}


def shorten_command(command: JsonValue) -> JsonValue:
    """The other way."""
    if not isinstance(command, dict):
        return command
    short = _shortened(command)
    return short if expand_command(short) == command else command


def _shortened(command: Object) -> Object:
    kind, text = command.get("type"), command.get("command")
    if kind == CommandType.MUSTER and isinstance(text, str) and text in ACTIONS and "arguments" in command:
        hidden = ("type", "command", "arguments")
        return {text: command["arguments"] or None, **{k: v for k, v in command.items() if k not in hidden}}
    if isinstance(kind, str) and kind in _TYPES and "command" in command:
        return {_TYPES[kind]: text, **{k: v for k, v in command.items() if k not in ("type", "command")}}
    return command


def expand_commands(step: Object) -> JsonValue:
    """The commands of a step: its `commands`, or the one word it has for a single command, or None."""
    words = [key for key in step if key in COMMANDS or key in ACTION_WORDS]
    if "commands" in step or len(words) != 1:
        return step.get("commands")
    command = command_of(words[0], step[words[0]])
    if "activity" in step:
        command["playbook_activity"] = step["activity"]
    return [command]


def expand_command_list(commands: JsonValue) -> JsonValue:
    """Each entry of `commands` or of an `undo`."""
    return [expand_command(command) for command in commands] if isinstance(commands, list) else commands


def shorten_commands(commands: JsonValue) -> Object:
    """The properties of a step that say its commands: one word (and `activity`) where there is one plain command."""
    if not isinstance(commands, list):
        return {"commands": commands}
    short = [shorten_command(command) for command in commands]
    if len(short) == 1 and isinstance(short[0], dict):
        alone = {
            ("activity" if key == "playbook_activity" else key): value for key, value in short[0].items()
        }
        if expand_commands(alone) == commands:
            return alone
    return {"commands": short}
