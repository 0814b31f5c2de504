"""A parameter of a command: where it stands in the line, what it takes, and the codes that gives."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from bot.commands.clock import read_moment, read_span
from bot.commands.hearing import Hearing
from bot.commands.lookup import find_organization, find_person, find_task
from bot.commands.misread import Misread, Unfound, nearest, short
from playbooks.domain.inert import is_locating
from playbooks.domain.marking import Marking, parse_marking

Args = dict[str, Any]
Read = Callable[[str, Hearing], Args]

_MINUTE: Final = timedelta(minutes=1)
_NAME: Final = re.compile(r"[\w][\w.:-]{0,63}")
_GROUP: Final = re.compile(r"G-[0-9a-f]{16}-\d{1,6}", re.IGNORECASE)
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{8,32}", re.IGNORECASE)
_ENTRY: Final = re.compile(r"#?(\d{1,9})")
_ITEM: Final = re.compile(r"[Aa]-(\d{1,6})")
_EVIDENCE: Final = re.compile(r"E-?(\d{1,6})", re.IGNORECASE)
_ERASURE: Final = re.compile(r"X-?(\d{1,6})", re.IGNORECASE)
_DUTY: Final = re.compile(r"D-?(\d{1,6})", re.IGNORECASE)
_SHA256: Final = re.compile(r"[0-9a-fA-F]{64}")
_SIZE: Final = re.compile(r"\d{1,15}")
_RUN: Final = re.compile(r"R-?(\d{1,6})", re.IGNORECASE)
_STEP: Final = re.compile(r"\d[\da-z.-]{0,59}")
_CONSULTATION: Final = re.compile(r"C-?(\d{1,6})", re.IGNORECASE)


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
) -> Parameter:
    """One of some codes; `also` has other words for them. `not affected` reads as `not_affected`."""
    known = {code.casefold().replace("_", "-"): code for code in choices} | dict(also or {})

    def read(typed: str, _hearing: Hearing) -> Args:
        wanted = re.sub(r"[\s_-]+", "-", typed.casefold())
        if wanted not in known:
            raise Misread(
                "misread.choice",
                typed=short(typed),
                label=label,
                choices=", ".join(choices),
                nearest=nearest(wanted, known),
            )
        return {label: known[wanted]}

    return Parameter(label, place, Takes.CHOICE, read, required, choices)


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


def organization(label: str, place: Place = Place.WORD, *, required: bool = True) -> Parameter:
    """An organization of the directory, as `organization`."""
    return Parameter(
        label,
        place,
        Takes.ORGANIZATION,
        lambda typed, hearing: {"organization": find_organization(hearing.directory, typed).code},
        required,
    )


def organizations(label: str) -> Parameter:
    """Organizations, apart or joined by commas, as a list; `all` for every party but one's own."""

    def read(typed: str, hearing: Hearing) -> Args:
        names = [name for name in typed.split(",") if name]
        if [name.casefold() for name in names] == ["all"]:
            return {label: ["all"]}
        return {label: [find_organization(hearing.directory, name).code for name in names]}

    return Parameter(label, Place.MANY, Takes.ORGANIZATION, read)


def person(label: str = "person") -> Parameter:
    """A person of the directory, as `person`, `person_organization` and `person_office`."""

    def read(typed: str, hearing: Hearing) -> Args:
        found = find_person(hearing.directory, typed, hearing.speaker)
        return {
            "person": found.id,
            "person_organization": found.organization,
            "person_office": found.office.value if found.office else None,
        }

    return Parameter(label, Place.WORD, Takes.PERSON, read)


def owner(label: str) -> Parameter:
    """The person who is to do a task, as `owner`, `owner_organization` and `person_office`."""

    def read(typed: str, hearing: Hearing) -> Args:
        found = find_person(hearing.directory, typed, hearing.speaker)
        return {
            "owner": found.id,
            "owner_organization": found.organization,
            "person_office": found.office.value if found.office else None,
        }

    return Parameter(label, Place.OPTION, Takes.PERSON, read, required=False)


def speaker_of(label: str) -> Parameter:
    """The person of the directory who said something, as `person` and `person_organization`."""

    def read(typed: str, hearing: Hearing) -> Args:
        found = find_person(hearing.directory, typed, hearing.speaker)
        return {"person": found.id, "person_organization": found.organization}

    return Parameter(label, Place.OPTION, Takes.PERSON, read, required=False)


def people(label: str) -> Parameter:
    """People of the directory, as a list of their handles."""

    def read(typed: str, hearing: Hearing) -> Args:
        names = [name for name in typed.split(",") if name]
        return {label: [find_person(hearing.directory, name, hearing.speaker).id for name in names]}

    return Parameter(label, Place.MANY, Takes.PERSON, read)


def task() -> Parameter:
    """A task of the incident."""
    return Parameter(
        "task", Place.WORD, Takes.TASK, lambda typed, hearing: {"task": find_task(hearing.directory, typed)}
    )


def groups(label: str = "groups", place: Place = Place.MANY) -> Parameter:
    """Groups of alerts at triage, `G-0123456789abcdef-1`, as a list."""

    def read(typed: str, _hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        for each in named:
            if not _GROUP.fullmatch(each):
                raise Unfound("misread.no_group", typed=short(each))
        return {"groups": [f"G-{each[2:].lower()}" for each in named]}

    return Parameter(label, place, Takes.GROUP, read)


def fingerprints() -> Parameter:
    """Alerts of a group by the first eight digits or more of their fingerprints, as its page shows them."""

    def read(typed: str, _hearing: Hearing) -> Args:
        named = [each for each in typed.split(",") if each]
        for each in named:
            if not _FINGERPRINT.fullmatch(each):
                raise Unfound("misread.no_fingerprint", typed=short(each))
        return {"fingerprints": [each.lower() for each in named]}

    return Parameter("fingerprints", Place.MANY, Takes.NAME, read)


def consultation() -> Parameter:
    """A question of the incident, `C-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _CONSULTATION.fullmatch(typed)
        if not match:
            raise Misread("misread.no_consultation", typed=short(typed))
        return {"consultation": f"C-{int(match[1])}"}

    return Parameter("consultation", Place.WORD, Takes.CONSULTATION, read)


def entry_number() -> Parameter:
    """An entry of the incident, by the number that timelines show: `12` or `#12`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ENTRY.fullmatch(typed)
        if not match or not int(match[1]):
            raise Misread("misread.no_entry", typed=short(typed))
        return {"number": int(match[1])}

    return Parameter("entry", Place.WORD, Takes.ENTRY, read)


def evidence() -> Parameter:
    """A piece of evidence of the incident, `E-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _EVIDENCE.fullmatch(typed)
        if not match:
            raise Misread("misread.no_evidence", typed=short(typed))
        return {"evidence": f"E-{int(match[1])}"}

    return Parameter("evidence", Place.WORD, Takes.EVIDENCE, read)


def erasure() -> Parameter:
    """A request to erase something, `X-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ERASURE.fullmatch(typed)
        if not match:
            raise Misread("misread.no_erasure", typed=short(typed))
        return {"erasure": f"X-{int(match[1])}"}

    return Parameter("erasure", Place.WORD, Takes.ERASURE, read)


def duty() -> Parameter:
    """A reporting duty of the incident, `D-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _DUTY.fullmatch(typed)
        if not match:
            raise Misread("misread.no_duty", typed=short(typed))
        return {"duty": f"D-{int(match[1])}"}

    return Parameter("duty", Place.WORD, Takes.NAME, read)


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


def item() -> Parameter:
    """An action of the incident's review, `A-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _ITEM.fullmatch(typed)
        if not match:
            raise Misread("misread.no_item", typed=short(typed))
        return {"item": f"A-{int(match[1])}"}

    return Parameter("item", Place.WORD, Takes.NAME, read)


def run() -> Parameter:
    """A run of a playbook, `R-1`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        match = _RUN.fullmatch(typed)
        if not match:
            raise Misread("misread.no_such_run", typed=short(typed))
        return {"run": f"R-{int(match[1])}"}

    return Parameter("run", Place.OPTION, Takes.NAME, read, required=False)


def step() -> Parameter:
    """A step of a run by its number in the checklist, `5a2`."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _STEP.fullmatch(typed):
            raise Misread("misread.no_step", typed=short(typed))
        return {"step": typed}

    return Parameter("step", Place.WORD, Takes.NAME, read)


def name(label: str, place: Place = Place.WORD, *, required: bool = True) -> Parameter:
    """A name in small letters, such as a playbook's."""

    def read(typed: str, _hearing: Hearing) -> Args:
        if not _NAME.fullmatch(typed):
            raise Misread("misread.name", typed=short(typed), label=label)
        return {label: typed}

    return Parameter(label, place, Takes.NAME, read, required)


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
    """A label of TLP 2.0."""
    return Parameter(
        label,
        Place.OPTION,
        Takes.CHOICE,
        lambda typed, _hearing: {label: parse_marking(typed).value},
        required=False,
        choices=tuple(each.value for each in Marking),
    )


def flag(label: str) -> Parameter:
    """Something that is so when its label stands there."""
    return Parameter(label, Place.FLAG, Takes.CHOICE, lambda _typed, _hearing: {label: True}, required=False)


def command_words(label: str) -> Parameter:
    """The words of a command, to read about it."""
    return Parameter(label, Place.TITLE, Takes.COMMAND, lambda _typed, _hearing: {}, required=False)
