"""A command as a form: a field for each parameter, and from what stands in the fields the line that says it.

So a form says nothing that could not be typed, and there is one way in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.commands.answering import Answered
from bot.commands.chat_command import Asks, ChatCommand
from bot.commands.finding import find_command
from bot.commands.grammar import Line, read_line
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, Missing
from bot.commands.parameter import PEOPLES_WORDS, Parameter, Place
from bot.commands.spelling import word
from playbooks.domain.errors import IncidentError
from playbooks.domain.ids import IncidentKey
from playbooks.domain.inert import one_line
from playbooks.texts import Texts

_CLOSING: Final = re.compile('["“”]')
"""What closes the quotes that `quoted` opens (`bot.commands.grammar`); an apostrophe stays."""
LONGEST_QUOTED: Final = 400
"""Characters that a quoted word may have, with some to spare."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its label is the parameter's."""

    label: str
    takes: str
    lines: bool
    required: bool
    choices: tuple[str, ...]
    many: bool = False
    called: str = ""
    """What people read beside it where no catalogue can know it: a question of a playbook."""
    family: str = ""
    """Under which name the catalogue has words for its choices."""

    def words(self, texts: Texts, command: ChatCommand) -> str:
        """What people read beside it: its own words in this command's form where it has some."""
        if self.called:
            return self.called
        own = f"field.{'.'.join(command.words)}.{self.label}"
        return texts.say(own if own in texts else f"field.{self.label}")

    def said(self, value: str) -> str:
        """What people read for something that it may be."""
        return (word(self.family, value) if value in self.choices else value).replace("_", " ")


@dataclass(frozen=True, slots=True)
class Begun:
    """A command that was given without all that it needs: its form is what helps then."""

    command: ChatCommand
    incident: IncidentKey | None
    """Which the line named."""
    values: Mapping[str, str]
    """What the line says already, by the fields' labels."""


def begun(command: ChatCommand, line: Line, words: int, error: Misread) -> Begun | None:
    """What a line began that was misread so; None where something else is wrong than that it lacks something.

    A line that names its command and no more lacks something before anything else is wrong with it.
    """
    bare = len(line.tokens) == words and not line.body
    wants = bare and any(each.required for each in command.parameters)
    if not wants and not isinstance(error, Missing):
        return None
    return Begun(command, line.key, dict(_given(command.parameters, line, words)))


def _given(parameters: Sequence[Parameter], line: Line, words: int) -> Iterator[tuple[str, str]]:
    """As it was typed; where words lack, none of a list are text."""
    named = {p.label for p in parameters if p.place in (Place.OPTION, Place.FLAG)}
    apart = [t for t in line.tokens[words:] if t.name in named or (not t.quoted and t.value in named)]
    rest = [token for token in line.tokens[words:] if token not in apart]
    yield from ((token.name or token.value, token.value) for token in apart)
    for parameter in parameters:
        if parameter.place is Place.WORD and rest:
            yield parameter.label, rest.pop(0).value
        elif parameter.place is Place.MANY:
            yield parameter.label, ",".join(token.value for token in rest)
            rest = []
        elif parameter.place in PEOPLES_WORDS:
            head = line.head[rest[0].start : rest[-1].end] if rest else ""
            body = "" if parameter.place is Place.TITLE else line.body
            yield parameter.label, "\n".join(filter(None, (head, body)))
            rest = []


def finishes(line: str, commands: tuple[ChatCommand, ...]) -> tuple[ChatCommand, Line, str] | None:
    """The command, and its first word, of a line that says no more: its form has what that may ask besides."""
    try:
        read = read_line(line)
        command, words = find_command(commands, read.tokens)
    except Misread:
        return None
    is_alone = len(read.tokens) == words + 1 and not read.body
    return (command, read, read.tokens[words].value) if command.asks is Asks.TASK and is_alone else None


def fields(command: ChatCommand) -> tuple[Field, ...]:
    """The fields of a command, in the order of its parameters."""
    return tuple(_field(parameter) for parameter in command.parameters)


def line_of(command: ChatCommand, values: Mapping[str, str]) -> str:
    """The line that says what stands in the fields; what is empty is left out."""
    said = {parameter.label: values.get(parameter.label, "").strip() for parameter in command.parameters}
    head = " ".join((*command.words, *_head(command, said)))
    body = "\n".join(said[p.label] for p in command.parameters if _in_lines(p) and said[p.label])
    return f"{head}\n{body}" if body else head


def faults(command: ChatCommand, values: Mapping[str, str], hearing: Hearing) -> dict[str, IncidentError]:
    """What is wrong with what stands in the fields, by their labels; the same errors as for a line."""
    found: dict[str, IncidentError] = {}
    for parameter in command.parameters:
        typed = values.get(parameter.label, "").strip()
        try:
            if typed and parameter.place not in PEOPLES_WORDS:
                for one in typed.split(",") if parameter.place is Place.MANY else (typed,):
                    parameter.read(one.strip(), hearing)
            elif parameter.required and not typed:
                raise Missing(parameter.label)
        except IncidentError as error:
            found[parameter.label] = error
    return found


def quoted(text: str) -> str:
    """Words kept together on the first line: no option and no quote can be read in them."""
    return f'"{_CLOSING.sub(" ", one_line(text))[:LONGEST_QUOTED].strip()}"'


def _field(parameter: Parameter) -> Field:
    return Field(
        label=parameter.label,
        takes=parameter.takes.value,
        lines=_in_lines(parameter),
        required=parameter.required,
        choices=parameter.choices,
        many=parameter.place is Place.MANY,
        called=parameter.words if isinstance(parameter, Answered) else "",
        family=parameter.called,
    )


def _in_lines(parameter: Parameter) -> bool:
    return parameter.place in (Place.WORDS, Place.BODY)


def _head(command: ChatCommand, said: Mapping[str, str]) -> Iterator[str]:
    """Words in their turn, then options and flags, then the title."""
    for place in (Place.WORD, Place.MANY, Place.OPTION, Place.FLAG, Place.TITLE):
        for parameter in command.parameters:
            value = said[parameter.label]
            if parameter.place is not place or not value:
                continue
            if place is Place.MANY:
                yield from (quoted(one) for one in value.split(","))
            elif place is Place.OPTION:
                yield f"{parameter.label}={quoted(value)}"
            else:
                yield parameter.label if place is Place.FLAG else quoted(value)
