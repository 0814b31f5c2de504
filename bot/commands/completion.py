"""What may come next in a line being typed; the same for the terminal, the web room and whoever shows hints."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.commands.chat_command import ChatCommand
from bot.commands.finding import find_command
from bot.commands.grammar import Token, tokens
from bot.commands.misread import Misread
from bot.commands.parameter import Parameter, Place, Takes
from bot.commands.spelling import folded, word
from playbooks.domain.case import Case
from playbooks.domain.circle.guest import agreement_of
from playbooks.domain.ids import IncidentKey
from playbooks.domain.organization import Directory
from playbooks.domain.words import words_of
from playbooks.ports.playbooks import PlaybookAtHand
from playbooks.texts import Texts

_PREFIXES: Final = ("/incident", "!incident")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to go on: what replaces the last `replaces` characters, and what it means."""

    text: str
    replaces: int
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a completion may offer: what the reader knows, and no more."""

    directory: Directory
    incidents: tuple[IncidentKey, ...] = ()
    case: Case | None = None
    playbooks: Mapping[str, PlaybookAtHand] = field(default_factory=dict)


def complete(
    before: str, commands: tuple[ChatCommand, ...], around: Surroundings, texts: Texts
) -> tuple[Suggestion, ...]:
    """The ways to go on from what stands before the cursor, on its first line; nothing within people's words."""
    if "\n" in before:
        return ()
    words, addressed = _taken(before, around)
    typed = words.pop() if words and not before[-1].isspace() else None
    written = before[typed.start : typed.end] if typed else ""
    offers = list(_offers(tuple(words), written, commands, around, texts))
    if not words and not addressed:
        offers += [(key, "") for key in around.incidents]
    return tuple(
        Suggestion(text, len(written), meaning)
        for text, meaning in offers
        if text.casefold().startswith(written.casefold()) and text != written
    )


def _taken(before: str, around: Surroundings) -> tuple[list[Token], bool]:
    """The words so far, without prefix and key; and whether there was a key."""
    words = list(tokens(before))
    if words and words[0].value.casefold() in _PREFIXES:
        del words[0]
    keys = {key.casefold() for key in around.incidents}
    finished = words if before[-1:].isspace() else words[:-1]
    addressed = bool(finished) and finished[0].value.casefold() in keys
    return (words[1:] if addressed else words), addressed


def _offers(
    words: tuple[Token, ...],
    written: str,
    commands: tuple[ChatCommand, ...],
    around: Surroundings,
    texts: Texts,
) -> Iterator[tuple[str, str]]:
    yield from _command_words(words, commands, texts)
    try:
        command, count = find_command(commands, words)
    except Misread:
        return
    given = words[count:]
    command = command.asking(given[0].value if given else "", around.case, around.playbooks)
    yield from known_values(_next_word(command, given), around)
    for parameter in command.parameters:
        if parameter.takes is Takes.COMMAND:
            yield from _command_words(given, commands, texts)
        elif parameter.place is Place.FLAG:
            yield parameter.label, ""
        elif parameter.place is Place.OPTION and all(token.name != parameter.label for token in given):
            yield from _option(parameter, written, around)


def _command_words(
    words: tuple[Token, ...], commands: Iterable[ChatCommand], texts: Texts
) -> Iterator[tuple[str, str]]:
    said = tuple(token.value.casefold() for token in words)
    offered: dict[str, str] = {}
    for command in commands:
        if command.words[: len(said)] == said and len(command.words) > len(said):
            whole = len(command.words) == len(said) + 1
            offered.setdefault(command.words[len(said)], command.summary(texts) if whole else "")
    yield from offered.items()


def _next_word(command: ChatCommand, given: tuple[Token, ...]) -> Parameter | None:
    """The parameter whose turn it is; one that takes many keeps its turn."""
    options = {p.label for p in command.parameters if p.place is Place.OPTION}
    passed = sum(token.name not in options for token in given)
    in_turn = [p for p in command.parameters if p.place in (Place.WORD, Place.MANY)]
    for parameter in in_turn:
        if passed == 0 or parameter.place is Place.MANY:
            return parameter
        passed -= 1
    return None


def _option(parameter: Parameter, written: str, around: Surroundings) -> Iterator[tuple[str, str]]:
    label = f"{parameter.label}="
    if not written.casefold().startswith(label):
        yield label, ""
        return
    for value, meaning in known_values(parameter, around):
        yield label + value, meaning


def known_values(parameter: Parameter | None, around: Surroundings) -> Iterator[tuple[str, str]]:
    """What a parameter may be, as far as that is known here, each with what it means."""
    if parameter is None:
        return
    yield from ((choice, _meaning(parameter, choice)) for choice in parameter.choices)
    if parameter.takes is Takes.ORGANIZATION:
        yield from ((_word(o.code), o.name) for o in around.directory.organizations)
        if parameter.place is Place.MANY:
            yield from ((agreement_of(vendor), vendor) for vendor in around.directory.vendors)
    elif parameter.takes is Takes.PERSON:
        yield from ((f"@{p.id}", p.organization) for p in around.directory.people)
    elif parameter.takes is Takes.PLAYBOOK:
        yield from ((name, playbook.title) for name, playbook in around.playbooks.items())
    elif around.case is not None:
        yield from _of_case(parameter.takes, around.case)


def _of_case(takes: Takes, case: Case) -> Iterator[tuple[str, str]]:
    if takes is Takes.TASK:
        yield from ((task.id, _begins(words_of(case, task.entry, "text"))) for task in case.open_tasks)
    elif takes is Takes.CONSULTATION:
        questions = (consultation.question for consultation in case.open_consultations)
        yield from (
            (question.id, _begins(words_of(case, question.entry, "question", "text")))
            for question in questions
        )


def _meaning(parameter: Parameter, choice: str) -> str:
    """The reader's word for a choice, where that says more than the code does."""
    said = word(parameter.called, choice)
    return "" if folded(said) == folded(choice) else said


def _word(code: str) -> str:
    return f'"{code}"' if " " in code else code


def _begins(words: str) -> str:
    return words.partition("\n")[0][:80]
