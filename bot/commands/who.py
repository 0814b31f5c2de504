"""Parameters that name somebody: a person, an organization."""

from typing import Final

from bot.commands.hearing import Hearing
from bot.commands.lookup import find_organization, find_person, find_recipient
from bot.commands.parameter import Args, Parameter, Place, Takes


def organization(label: str, place: Place = Place.WORD, *, required: bool = True) -> Parameter:
    """An organization of the directory, as `organization`."""
    return Parameter(
        label,
        place,
        Takes.ORGANIZATION,
        lambda typed, hearing: {"organization": find_organization(hearing.directory, typed).code},
        required,
    )


EVERY: Final = "all"
"""Stands for every party but one's own."""


def organizations(label: str, *, or_all: bool = True) -> Parameter:
    """Organizations and vendors, apart or joined by commas, as a list; `or_all`: or `all`."""

    def read(typed: str, hearing: Hearing) -> Args:
        names = [name for name in typed.split(",") if name]
        if or_all and [name.casefold() for name in names] == [EVERY]:
            return {label: [EVERY]}
        return {label: [find_recipient(hearing.directory, name) for name in names]}

    choices = (EVERY,) if or_all else ()
    return Parameter(label, Place.MANY, Takes.ORGANIZATION, read, choices=choices)


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

    return Parameter(label, Place.OPTION, Takes.PERSON, read, required=False, begins=True)


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
