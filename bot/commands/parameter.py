"""A parameter of a command: where it stands in the line, what it takes, and the codes that gives."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from bot.commands.clock import read_moment, read_span
from bot.commands.hearing import Hearing
from bot.commands.misread import Misread, Unfound, nearest, short
from bot.commands.spelling import folded, meant
from playbooks.domain.inert import is_locating
from playbooks.domain.marking import Marking

Args = dict[str, Any]
Read = Callable[[str, Hearing], Args]

_MINUTE: Final = timedelta(minutes=1)
_NAME: Final = re.compile(r"[\w][\w.:-]{0,63}")
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_SIZE: Final = re.compile(r"\d{1,15}")


class Place(StrEnum):
    """Where a parameter stands in the line."""

    WORD = "word"
    """One word, in its turn."""
    MANY = "many"
    """One word or more, as long as they are what it takes."""
    OPTION = "option"
    """`label=value`, anywhere in the first line."""
    FLAG = "flag"
    """Its label alone, before or after everything else or beside an option."""
    TITLE = "title"
    """The rest of the first line."""
    BODY = "body"
    """The further lines."""
    WORDS = "words"
    """The rest of the first line and the further lines."""


class Takes(StrEnum):
    """What a parameter takes; completion and forms follow from it."""

    CHOICE = "choice"
    ORGANIZATION = "organization"
    PERSON = "person"
    TASK = "task"
    GROUP = "group"
    CONSULTATION = "consultation"
    ENTRY = "entry"
    EVIDENCE = "evidence"
    ERASURE = "erasure"
    HASH = "hash"
    ADDRESS = "address"
    COMMAND = "command"
    NAME = "name"
    PLAYBOOK = "playbook"
    NUMBER = "number"
    SPAN = "span"
    MOMENT = "moment"
    TEXT = "text"


PEOPLES_WORDS: Final = (Place.TITLE, Place.BODY, Place.WORDS)
"""Places of text: what stands there goes to the command's texts, never to its codes."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. `label` is the option's or the text's name, `read` gives the codes."""

    label: str
    place: Place
    takes: Takes
    read: Read
    required: bool = True
    choices: tuple[str, ...] = ()
    begins: bool = False
    """Whether who is named as the words begin is meant: `task add @wfp-duty Look` has her for an owner."""
    family: str | None = None
    """Under which name the catalogue has words for the choices: the label, unless it says another."""

    @property
    def called(self) -> str:
        """Under which name the catalogue has words for the choices."""
        return self.label if self.family is None else self.family


def text(label: str, place: Place = Place.WORDS, *, required: bool = True) -> Parameter:
    """People's own words."""
    return Parameter(label, place, Takes.TEXT, lambda _typed, _hearing: {}, required)


def choice(
    label: str,
    choices: tuple[str, ...],
    place: Place = Place.WORD,
    *,
    also: Mapping[str, str] | None = None,
    required: bool = True,
    family: str | None = None,
) -> Parameter:
    """One of some codes, in the words of any language; `also` has others. `not affected` reads as `not_affected`."""
    known = {folded(code): code for code in choices} | dict(also or {})
    called = label if family is None else family

    def read(typed: str, _hearing: Hearing) -> Args:
        wanted = folded(typed)
        code = known.get(wanted) or meant(typed, called, choices)
        if code is None:
            raise Misread(
                "misread.choice",
                typed=short(typed),
                label=label,
                choices=", ".join(choices),
                nearest=known.get(nearest(wanted, known) or ""),
            )
        return {label: code}

    return Parameter(label, place, Takes.CHOICE, read, required, choices, family=family)


def choices(label: str, known: tuple[str, ...]) -> Parameter:
    """Some of several codes, apart or joined by commas, as a list."""
    one = choice(label, known)

    def read(typed: str, hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        try:
            return {label: [one.read(each, hearing)[label] for each in named]}
        except Misread as error:
            raise Unfound(error.code, nearest=error.nearest, **error.said) from None

    return Parameter(label, Place.MANY, Takes.CHOICE, read, choices=known)


def sha256() -> Parameter:
    """The SHA-256 of a file."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _SHA256.fullmatch(typed):
            raise Misread("misread.no_hash", typed=short(typed))
        return {"sha256": typed.lower()}

    return Parameter("sha256", Place.WORD, Takes.HASH, read)


def size() -> Parameter:
    """A file's size in bytes."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _SIZE.fullmatch(typed):
            raise Misread("misread.no_size", typed=short(typed))
        return {"size": int(typed)}

    return Parameter("size", Place.OPTION, Takes.NUMBER, read, required=False)


def link(label: str) -> Parameter:
    """An address that locates something, as `url`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not is_locating(typed):
            raise Misread("misread.no_link", typed=short(typed), label=label)
        return {"url": typed}

    return Parameter(label, Place.OPTION, Takes.ADDRESS, read, required=False)


def name(label: str, place: Place = Place.WORD, *, required: bool = True) -> Parameter:
    """A name in small letters, such as a playbook's."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _NAME.fullmatch(typed):
            raise Misread("misread.name", typed=short(typed), label=label)
        return {label: typed}

    return Parameter(label, place, Takes.NAME, read, required)


def playbook(place: Place = Place.WORD, *, required: bool = True) -> Parameter:
    """The name of a playbook."""
    return replace(name("playbook", place, required=required), takes=Takes.PLAYBOOK)


def codes(label: str) -> Parameter:
    """Names in small letters, joined by commas, as a list."""

    def read(typed: str, _hearing: Hearing) -> Args:
        names = [each for each in typed.split(",") if each]
        if not names or not all(_NAME.fullmatch(each) for each in names):
            raise Misread("misread.name", typed=short(typed), label=label)
        return {label: names}

    return Parameter(label, Place.OPTION, Takes.NAME, read, required=False)


def number(label: str, most: int) -> Parameter:
    """A whole number from 1 up to `most`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not re.fullmatch(r"\d{1,6}", typed) or not 1 <= int(typed) <= most:
            raise Misread("misread.number", typed=short(typed), label=label, most=most)
        return {label: int(typed)}

    return Parameter(label, Place.OPTION, Takes.NUMBER, read, required=False)


def span(label: str, argument: str) -> Parameter:
    """A span, or a moment to come; as whole minutes from when the command was received."""

    def read(typed: str, hearing: Hearing) -> Args:
        length = read_span(typed)
        moment = None if length else read_moment(typed, hearing.received_at)
        if moment is not None:
            length = moment - hearing.received_at
        if length is None or not _MINUTE <= length <= timedelta(days=366):
            raise Misread("misread.span", typed=short(typed), label=label)
        return {argument: -(-length // _MINUTE)}

    return Parameter(label, Place.OPTION, Takes.SPAN, read, required=False)


def past_moment(label: str, argument: str) -> Parameter:
    """A moment that has been: a time, or how long ago; as ISO 8601 text in UTC."""

    def read(typed: str, hearing: Hearing) -> Args:
        ago = read_span(typed)
        moment = hearing.received_at - ago if ago else read_moment(typed, hearing.received_at, past=True)
        if moment is None:
            raise Misread("misread.moment", typed=short(typed), label=label)
        if moment > hearing.received_at:
            raise Misread("misread.future", typed=short(typed), label=label)
        return {argument: moment.isoformat()}

    return Parameter(label, Place.OPTION, Takes.MOMENT, read, required=False)


def marking(label: str) -> Parameter:
    """A label of TLP 2.0, or one of the speaker's organization's own that it said the meaning of."""
    return Parameter(
        label,
        Place.OPTION,
        Takes.CHOICE,
        lambda typed, hearing: {label: hearing.team.read_marking(typed).value},
        required=False,
        choices=tuple(each.value for each in Marking),
    )


def flag(label: str) -> Parameter:
    """Something that is so when its label stands there."""
    return Parameter(label, Place.FLAG, Takes.CHOICE, lambda _typed, _hearing: {label: True}, required=False)


def command_words(label: str) -> Parameter:
    """The words of a command, to read about it."""
    return Parameter(label, Place.TITLE, Takes.COMMAND, lambda _typed, _hearing: {}, required=False)
