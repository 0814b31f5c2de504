"""From a line and its command to codes and texts: options first, then words in their turn, then the text."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from difflib import SequenceMatcher
from typing import Final

from bot.commands.answering import apart
from bot.commands.chat_command import ChatCommand, Request
from bot.commands.grammar import Line, Token, unquoted
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, Missing, Unfound, short
from bot.commands.parameter import PEOPLES_WORDS, Args, Parameter, Place, Takes
from playbooks.domain.errors import Malformed, Refused

_A_SLIP: Final = 0.8
"""From this likeness on, `serverity=high` is a slip for an option and no text."""
_LONGEST_CHOICE: Final = 3
"""Words in the longest code there is to choose."""
_MENTION: Final = ("@", "<@")
"""How a person begins whom somebody mentions, in words and as Slack writes it."""
_MARKED: Final = ("marking", "tlp")
"""Where a command takes no marking, `marking=TLP:RED` would be words, told to all that were not meant to have them."""
_MOST_LISTED: Final = 100
"""There are fewer organizations; whoever lists more has pasted something."""


async def bind(command: ChatCommand, line: Line, words: int, hearing: Hearing) -> Request:
    """Read the line's parameters, the first `words` tokens being the command's own. Raises Misread."""
    binding = _Binding(command, line, hearing)
    rest = binding.mentioned(binding.options(binding.flags(list(line.tokens[words:]))))
    rest = binding.words(rest)
    texts = binding.texts(rest, line.tokens[words - 1].end if words else 0)
    args = await command.complete(binding.args, hearing) if command.complete else binding.args
    args, texts = apart(args, texts.items())
    request = Request(args=args, texts=texts)
    return await command.reword(request, hearing) if command.reword else request


class _Binding:
    def __init__(self, command: ChatCommand, line: Line, hearing: Hearing) -> None:
        self._parameters = command.parameters
        self._line = line
        self._hearing = hearing
        self._taken: dict[int, Token] = {}
        self.args: Args = {}

    def flags(self, tokens: list[Token]) -> list[Token]:
        """Take the flags: those before and after all other words, and those beside an option."""
        flags = {p.label: p for p in self._at(Place.FLAG)}
        options = {p.label for p in self._at(Place.OPTION)}
        aside = [t.name in options or (not t.quoted and t.value in flags) for t in tokens]
        for index, token in enumerate(tokens):
            if token.value not in flags or token.quoted or token.name:
                continue
            beside = tokens[max(index - 1, 0) : index + 2]
            if all(aside[:index]) or all(aside[index:]) or any(t.name in options for t in beside):
                self._take(flags[token.value], token)
        return self._others(tokens)

    def options(self, tokens: list[Token]) -> list[Token]:
        """Take `label=value`. Raises Misread for one without value, or nearly an option's label."""
        options = {p.label: p for p in self._at(Place.OPTION)}
        for token in tokens:
            if token.name in options:
                if not token.value:
                    raise Misread("misread.option_empty", label=token.name)
                self._take(options[token.name], token)
            elif token.name and (slip := _slip(token.name, options)):
                raise Misread("misread.no_option", typed=token.name, nearest=slip)
            elif token.name in _MARKED and self._is_marking(token.value):
                raise Misread("misread.no_marking", typed=short(token.value))
        return self._others(tokens)

    def _is_marking(self, typed: str) -> bool:
        try:
            self._hearing.team.read_marking(typed)
        except Malformed:
            return False
        except Refused:  # foreign labels are labels too
            return True
        return True

    def mentioned(self, tokens: list[Token]) -> list[Token]:
        """Take whoever is named as the words begin, where the command has a place for her. Raises Unfound."""
        place = next((p for p in self._at(Place.OPTION) if p.begins and p.label not in self.args), None)
        if place and len(tokens) > 1 and not tokens[0].quoted and tokens[0].value.startswith(_MENTION):
            self._take(place, tokens[0])
        return self._others(tokens)

    def words(self, tokens: list[Token]) -> list[Token]:
        """Take the words in their turn. Raises Misread for one that is missing or not what it should be."""
        rest = tokens
        for parameter in self._parameters:
            if parameter.place is Place.WORD:
                rest = self._word(parameter, rest)
            elif parameter.place is Place.MANY:
                rest = self._many(parameter, rest)
        return rest

    def texts(self, tokens: list[Token], after: int) -> dict[str, str]:
        """People's words: what is left of the first line, and the further lines. Raises Misread."""
        first = unquoted(self._left(tokens, after))
        rest = first, self._line.body
        said = {}
        for parameter in self._parameters:
            if parameter.place is Place.TITLE:
                said[parameter.label], rest = rest[0], ("", rest[1])
            elif parameter.place is Place.BODY:
                said[parameter.label], rest = rest[1], (rest[0], "")
            elif parameter.place is Place.WORDS:
                said[parameter.label], rest = unquoted("\n".join(filter(None, rest))), ("", "")
            if parameter.required and said.get(parameter.label) == "":
                raise Missing(parameter.label)
        if any(rest):
            raise self._surplus(" ".join(filter(None, rest)))
        return {label: text for label, text in said.items() if text}

    def _surplus(self, typed: str) -> Misread:
        """What was given by a name that is not known is answered with the names that are."""
        if "=" not in typed:
            return Misread("misread.surplus", typed=short(typed))
        takes = ", ".join(f"{each.label}=" for each in self._at(Place.OPTION))
        code = "misread.surplus.options" if takes else "misread.surplus.nothing"
        return Misread(code, typed=short(typed), **({"takes": takes} if takes else {}))

    def _at(self, place: Place) -> Iterator[Parameter]:
        return (parameter for parameter in self._parameters if parameter.place is place)

    def _take(self, parameter: Parameter, token: Token) -> None:
        for name, code in parameter.read(token.value, self._hearing).items():
            self.args[name] = {**self.args.get(name, {}), **code} if isinstance(code, dict) else code
        self._taken[token.start] = token

    def _others(self, tokens: list[Token]) -> list[Token]:
        return [token for token in tokens if token.start not in self._taken]

    def _word(self, parameter: Parameter, tokens: list[Token]) -> list[Token]:
        if not tokens:
            if parameter.required:
                raise Missing(parameter.label)
            return tokens
        together = _together(parameter, tokens, self._hearing)
        typed = " ".join(token.value for token in tokens[:together])
        self.args |= parameter.read(typed, self._hearing)
        return tokens[together:]

    def _many(self, parameter: Parameter, tokens: list[Token]) -> list[Token]:
        """The first must be what it takes; the list goes on while the words are just that, as written."""
        listed: list[str] = []
        for token in tokens[:_MOST_LISTED]:
            if listed and not self._goes_on(parameter, token):
                break
            [more] = parameter.read(token.value, self._hearing).values()
            listed += more
            self._taken[token.start] = token
        if not listed:
            if parameter.required:
                raise Missing(parameter.label)
            return tokens
        self.args[parameter.label] = list(dict.fromkeys(listed))
        return self._others(tokens)

    def _goes_on(self, parameter: Parameter, token: Token) -> bool:
        if not any(p.place in PEOPLES_WORDS for p in self._parameters):
            return True
        if parameter.takes is Takes.PERSON:
            return token.value.startswith(_MENTION)
        try:
            [codes] = parameter.read(token.value, self._hearing).values()
        except Unfound:
            return False
        as_written = parameter.takes is Takes.CHOICE or codes == [n for n in token.value.split(",") if n]
        return bool(codes) and as_written

    def _left(self, tokens: Sequence[Token], after: int) -> str:
        """What is left of the first line, spaces within it kept, what was taken cut out."""
        start = tokens[0].start if tokens else len(self._line.head)
        taken = sorted((t for t in self._taken.values() if t.start >= start), key=lambda token: token.start)
        return " ".join(filter(None, _pieces(self._line.head, max(start, after), taken)))


def _together(parameter: Parameter, tokens: Sequence[Token], hearing: Hearing) -> int:
    """How many words a choice takes: `not affected` and `deputy incident commander` are one each."""
    if parameter.takes is Takes.CHOICE:
        for count in range(min(_LONGEST_CHOICE, len(tokens)), 1, -1):
            with suppress(Misread):
                parameter.read(" ".join(token.value for token in tokens[:count]), hearing)
                return count
    return 1


def _pieces(head: str, start: int, taken: Iterable[Token]) -> Iterator[str]:
    for token in taken:
        yield head[start : token.start].strip()
        start = token.end
    yield head[start:].strip()


def _slip(typed: str, options: Iterable[str]) -> str | None:
    alike = (option for option in options if len(typed) <= 2 * len(option))
    likeness = {option: SequenceMatcher(None, typed, option).ratio() for option in alike}
    best = max(likeness, key=lambda option: likeness[option], default=None)
    return best if best and likeness[best] >= _A_SLIP else None
