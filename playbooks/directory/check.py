"""What is wrong, or worth knowing, about a directory before anybody relies on it."""

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict

from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.function import Function, Office, may_do
from playbooks.domain.organization import Directory, Duty, Membership, Person
from playbooks.domain.team import Team
from playbooks.texts import languages

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


def _refuse(code: str, subject: str, sentence: str) -> Finding:
    return Finding(weight=Weight.REFUSE, code=code, subject=subject, sentence=sentence)


def _warn(code: str, subject: str, sentence: str) -> Finding:
    return Finding(weight=Weight.WARN, code=code, subject=subject, sentence=sentence)


def _organizations(directory: Directory) -> Iterator[Finding]:
    for code in _twice(organization.code.casefold() for organization in directory.organizations):
        yield _refuse("duplicate_organization", code, f"Two organizations are “{code}”; one code, one vote.")
    for organization in directory.organizations:
        for clock in _twice(clock.id for clock in organization.clocks):
            yield _refuse(
                "duplicate_clock",
                organization.code,
                f"{organization.code} has two clocks “{clock}”; name each.",
            )
        if organization.time_zone not in available_timezones():
            yield _refuse(
                "unknown_time_zone",
                organization.code,
                f"{organization.code} has an unknown time zone; write one such as Europe/Rome.",
            )


def _people(directory: Directory) -> Iterator[Finding]:
    known = {organization.code for organization in directory.organizations}
    for handle in _twice(person.id.casefold() for person in directory.people):
        yield _refuse("duplicate_handle", handle, f"Two people are “{handle}”; give each their own.")
    for person in directory.people:
        if is_vendor(person.organization):
            yield from _of_vendor(person)
        elif person.organization not in known:
            yield _refuse(
                "unknown_organization",
                person.id,
                f"“{person.id}” belongs to “{person.organization}”, which is not in the directory; "
                "use a code of `muster directory list`.",
            )
        if person.office in set(Office) and person.organization != _UN:
            yield _refuse(
                "office_of_the_secretariat",
                person.id,
                f"“{person.id}” is of {person.office} and so of the Secretariat; its organization is {_UN}.",
            )


def _of_vendor(person: Person) -> Iterator[Finding]:
    if person.duties or person.office:
        yield _refuse(
            "vendor_with_duty",
            person.id,
            f"“{person.id}” is of a vendor and holds a duty or an office; a vendor answers for nobody (004 §4).",
        )


def _offices(people: Iterable[Person]) -> Iterator[Finding]:
    for person in people:
        if Duty.CISO in person.duties and not may_do(person.office, Function.CYBER):
            yield _refuse(
                "ciso_of_physical_security",
                person.id,
                f"“{person.id}” is of {person.office}, which takes no cyber work (002 §15-16); "
                "a CISO is of another office or of none.",
            )


def _identities(people: Iterable[Person]) -> Iterator[Finding]:
    accounts = [account for person in people for account in person.identities.items()]
    for front, account in _twice((front, account.casefold()) for front, account in accounts):
        yield _refuse(
            "duplicate_identity",
            f"{front}:{account}",
            f"The {front} account “{account}” stands for two people; a command must have one author.",
        )


def _duties(directory: Directory) -> Iterator[Finding]:
    present = {person.organization for person in directory.people}
    for organization in directory.organizations:
        code = organization.code
        if code not in present:
            continue
        cisos = directory.of(code, Duty.CISO)
        if len(cisos) > 1:
            yield _refuse(
                "two_votes",
                code,
                f"{code} has {len(cisos)} CISOs; it has one main representative and one vote (004 §4, §6).",
            )
        if not cisos:
            yield _warn("no_ciso", code, f"{code} has people but no CISO; nobody votes for it.")
        for clock in organization.clocks:
            if not directory.of(code, Duty(clock.approves)):
                yield _warn(
                    "no_approver",
                    code,
                    f"{code} has no {clock.approves}, who approves what {clock.receiver} is told ({clock.id}).",
                )
        if not directory.of(code, Duty.ON_CALL):
            yield _warn("no_on_call", code, f"{code} has nobody on call; pages for it go to its CISO.")


def _committee(directory: Directory) -> Iterator[Finding]:
    """Two elected co-Chairs and one Secretary manage the community (document 004, §3)."""
    for duty, most in ((Duty.CO_CHAIR, 2), (Duty.SECRETARY, 1)):
        holding = directory.holding(duty)
        if len(holding) > most:
            yield _refuse(
                "too_many_in_committee",
                duty.value,
                f"{len(holding)} people hold the duty {duty}; the community has {most} (004 §3).",
            )
    members = {each.code for each in directory.organizations if each.membership is Membership.MEMBER}
    for person in directory.holding(Duty.CO_CHAIR):
        if person.organization not in members:
            yield _refuse(
                "co_chair_of_no_member",
                person.id,
                f"“{person.id}” is of {person.organization}, which is no member; co-Chairs are elected from the "
                "members (004 §3).",
            )


def _teams(directory: Directory) -> Iterator[Finding]:
    offered = directory.service_codes
    teams = {each.code: each.team for each in directory.organizations}
    for code, team in teams.items():
        for service in team.services:
            if service not in offered:
                yield _refuse(
                    "unknown_service", code, f"{code} opted in to “{service}”, which no service is called."
                )
        if team != Team() and not (team.telephone or team.emergency or team.mail):
            yield _warn(
                "no_contact",
                code,
                f"{code} tells of its team and not how to reach it; add telephone or mail.",
            )
    for person in directory.people:
        server = teams[person.organization].matrix if person.organization in teams else ""
        account = person.identities.get("matrix", "")
        if server and account and not account.casefold().endswith(f":{server}"):
            yield _refuse(
                "another_homeserver",
                person.id,
                f"“{person.id}” speaks from {account.partition(':')[2]}, and {person.organization} from {server}: "
                "the server's name is what proves who somebody is.",
            )


def _tongues(directory: Directory) -> Iterator[Finding]:
    written = " or ".join(languages())
    spoken = [(each.code, each.language) for each in directory.organizations]
    for subject, language in (*spoken, *((person.id, person.language) for person in directory.people)):
        if language is not None and language not in languages():
            yield _refuse(
                "unknown_language",
                subject,
                f"There are no texts in “{language}” for {subject}; take {written}.",
            )
    for person in directory.people:
        if person.time_zone not in available_timezones():
            yield _refuse(
                "unknown_time_zone",
                person.id,
                f"{person.id} has an unknown time zone; write one such as Europe/Rome.",
            )


def _twice(values: Iterable[_T]) -> list[_T]:
    return [value for value, count in Counter(values).items() if count > 1]
