"""From what people call somebody or something to its code; what is not known gets the nearest."""

import re
from typing import Final

from bot.commands.misread import Unfound, nearest, short
from playbooks.domain.circle.guest import agreement_of
from playbooks.domain.ids import OrganizationCode, TaskId
from playbooks.domain.organization import Directory, Organization, Person

_ACCOUNT: Final = re.compile(r"<@([^>|]+)(?:\|[^>]*)?>")
"""A mention as Slack writes it: `<@U123>` or `<@U123|handle>`."""
_TASK: Final = re.compile(r"(.+)-(\d{1,6})")


def find_organization(directory: Directory, typed: str) -> Organization:
    """An organization by its code, whatever case and punctuation: `un-women` is UN Women. Raises Unfound."""
    wanted = _letters(typed)
    for organization in directory.organizations:
        if wanted and _letters(organization.code) == wanted:
            return organization
    codes = [organization.code for organization in directory.organizations]
    raise Unfound("misread.no_organization", typed=short(typed), nearest=nearest(typed, codes))


def find_recipient(directory: Directory, typed: str) -> OrganizationCode:
    """An organization's code, or what stands for a vendor, by its agreement's. Raises Unfound."""
    vendors = (
        code
        for code in directory.vendors
        if _letters(typed) in (_letters(code), _letters(agreement_of(code)))
    )
    return next(vendors, None) or find_organization(directory, typed).code


def find_person(directory: Directory, typed: str, speaker: Person) -> Person:
    """A person by handle, by a mention or account of any front end, or `me`. Raises Unfound."""
    if typed.casefold() in {"me", "@me"}:
        return speaker
    account = _ACCOUNT.fullmatch(typed)
    wanted = (account[1] if account else typed).casefold()
    for person in directory.people:
        if person.id.casefold() == wanted.removeprefix("@"):
            return person
    for person in directory.people:
        if wanted in {identity.casefold() for identity in person.identities.values()}:
            return person
    handles = [person.id for person in directory.seen_by(speaker).people]
    raise Unfound("misread.nobody", typed=short(typed), nearest=nearest(typed.removeprefix("@"), handles))


def find_task(directory: Directory, typed: str) -> TaskId:
    """A task's id in its own spelling: `wfp-3` is WFP-3; its part knows of it. Raises Unfound."""
    parts = _TASK.fullmatch(typed)
    if not parts:
        raise Unfound("misread.no_task", typed=short(typed))
    return TaskId(f"{find_organization(directory, parts[1]).code}-{int(parts[2])}")


def _letters(text: str) -> str:
    return "".join(character for character in text.casefold() if character.isalnum())
