"""What is wrong, or worth knowing, about a directory before anybody relies on it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict

from playbooks.domain.actor import OWN_HANDLES
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.function import Function, Office, may_do
from playbooks.domain.organization import Directory, Duty, Membership, Person
from playbooks.domain.team import Team
from playbooks.texts import languages, load_texts

_UN = "UN"
_T = TypeVar("_T")


class Weight(StrEnum):
    """Whether the directory may be used at all, or may be used with a gap that people should know of."""

    REFUSE = "refuse"
    WARN = "warn"


class Finding(BaseModel):
    """One thing about a directory: a stable code, whom it concerns, and what to do."""

    model_config = ConfigDict(frozen=True)

    weight: Weight
    code: str
    subject: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def check_directory(directory: Directory) -> tuple[Finding, ...]:
    """Everything to know about a directory; empty when nothing is wrong and nothing is missing.

    An organization that has named nobody is at no fault: membership is by organization (document 004, §4).
    """
    people = directory.people
    return (
        *_organizations(directory),
        *_offices(people),
        *_people(directory),
        *_identities(people),
        *_duties(directory),
        *_committee(directory),
        *_teams(directory),
        *_tongues(directory),
    )


def refusals(directory: Directory) -> tuple[Finding, ...]:
    """What nobody should rely on a directory with; Muster runs with it all the same, for at night it must."""
    return tuple(finding for finding in check_directory(directory) if finding.weight is Weight.REFUSE)


def _refuse(code: str, subject: str, **about: object) -> Finding:
    return _finding(Weight.REFUSE, code, subject, about)


def _warn(code: str, subject: str, **about: object) -> Finding:
    return _finding(Weight.WARN, code, subject, about)


def _finding(weight: Weight, code: str, subject: str, about: Mapping[str, object]) -> Finding:
    sentence = load_texts().say(f"directory.wrong.{code}", subject=subject, **about)
    return Finding(weight=weight, code=code, subject=subject, sentence=sentence)


def _organizations(directory: Directory) -> Iterator[Finding]:
    for code in _twice(organization.code.casefold() for organization in directory.organizations):
        yield _refuse("duplicate_organization", code)
    for organization in directory.organizations:
        for clock in _twice(clock.id for clock in organization.clocks):
            yield _refuse("duplicate_clock", organization.code, clock=clock)
        if organization.time_zone not in available_timezones():
            yield _refuse("unknown_time_zone", organization.code)


def _people(directory: Directory) -> Iterator[Finding]:
    known = {organization.code for organization in directory.organizations}
    for handle in _twice(person.id.casefold() for person in directory.people):
        yield _refuse("duplicate_handle", handle)
    for person in directory.people:
        if person.id.casefold() in OWN_HANDLES:
            yield _refuse("own_handle", person.id)
        if is_vendor(person.organization):
            yield from _of_vendor(person)
        elif person.organization not in known:
            yield _refuse("unknown_organization", person.id, organization=person.organization)
        if person.office in set(Office) and person.organization != _UN:
            yield _refuse("office_of_the_secretariat", person.id, office=person.office, organization=_UN)


def _of_vendor(person: Person) -> Iterator[Finding]:
    if person.duties or person.office:
        yield _refuse("vendor_with_duty", person.id)


def _offices(people: Iterable[Person]) -> Iterator[Finding]:
    for person in people:
        if Duty.CISO in person.duties and not may_do(person.office, Function.CYBER):
            yield _refuse("ciso_of_physical_security", person.id, office=person.office)


def _identities(people: Iterable[Person]) -> Iterator[Finding]:
    accounts = [account for person in people for account in person.identities.items()]
    for front, account in _twice((front, account.casefold()) for front, account in accounts):
        yield _refuse("duplicate_identity", f"{front}:{account}", front=front, account=account)


def _duties(directory: Directory) -> Iterator[Finding]:
    present = {person.organization for person in directory.people}
    for organization in directory.organizations:
        code = organization.code
        if code not in present:
            continue
        cisos = directory.of(code, Duty.CISO)
        if len(cisos) > 1:
            yield _refuse("two_votes", code, number=len(cisos))
        if not cisos:
            yield _warn("no_ciso", code)
        for clock in organization.clocks:
            if not directory.of(code, Duty(clock.approves)):
                yield _warn(
                    "no_approver", code, approves=clock.approves, receiver=clock.receiver, clock=clock.id
                )
        if not directory.of(code, Duty.ON_CALL):
            yield _warn("no_on_call", code)


def _committee(directory: Directory) -> Iterator[Finding]:
    """Two elected co-Chairs and one Secretary manage the community (document 004, §3)."""
    for duty, most in ((Duty.CO_CHAIR, 2), (Duty.SECRETARY, 1)):
        holding = directory.holding(duty)
        if len(holding) > most:
            yield _refuse("too_many_in_committee", duty.value, number=len(holding), most=most)
    members = {each.code for each in directory.organizations if each.membership is Membership.MEMBER}
    for person in directory.holding(Duty.CO_CHAIR):
        if person.organization not in members:
            yield _refuse("co_chair_of_no_member", person.id, organization=person.organization)


def _teams(directory: Directory) -> Iterator[Finding]:
    offered = directory.service_codes
    teams = {each.code: each.team for each in directory.organizations}
    for code, team in teams.items():
        for service in team.services:
            if service not in offered:
                yield _refuse("unknown_service", code, service=service)
        if team != Team() and not (team.telephone or team.emergency or team.mail):
            yield _warn("no_contact", code)
    for person in directory.people:
        server = teams[person.organization].matrix if person.organization in teams else ""
        account = person.identities.get("matrix", "")
        if server and account and not account.casefold().endswith(f":{server}"):
            yield _refuse(
                "another_homeserver",
                person.id,
                place=account.partition(":")[2],
                organization=person.organization,
                server=server,
            )


def _tongues(directory: Directory) -> Iterator[Finding]:
    written = ", ".join(languages())
    spoken = [(each.code, each.language) for each in directory.organizations]
    for subject, language in (*spoken, *((person.id, person.language) for person in directory.people)):
        if language is not None and language not in languages():
            yield _refuse("unknown_language", subject, language=language, known=written)
    for person in directory.people:
        if person.time_zone not in available_timezones():
            yield _refuse("unknown_time_zone", person.id)


def _twice(values: Iterable[_T]) -> list[_T]:
    return [value for value, count in Counter(values).items() if count > 1]
