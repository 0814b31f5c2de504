"""What an installation's files say, fact by fact, on one sheet for each organization and for whoever may read it.

A fact has a path and a value that is a code: `team/mail` is `csirt@wfp.org`. What a file leaves unsaid, or says as it
is anyway, is no fact, and neither are comments, the order of keys, or how something is written.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from playbooks.domain.circle.guest import vendor_of
from playbooks.domain.circle.retainer import Agreement
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.kinds import Kind
from playbooks.domain.organization import Directory, Organization, Person
from playbooks.domain.rota.rota import Rota


class Sheet(StrEnum):
    """By who may read it; each has entries of its own kind."""

    ORGANIZATION = Kind.ORGANIZATION_CHANGE.value
    """What the whole community may know: as much as `directory show` tells."""
    PARTICULARS = Kind.PARTICULARS_CHANGE.value
    """What concerns the organization alone: how its people are reached and spoken to, its clocks, its rota."""
    AGREEMENT = Kind.AGREEMENT_CHANGE.value
    """A vendor's agreement: for its parties."""


class Facts(NamedTuple):
    """What one sheet says."""

    codes: Mapping[str, Any]
    """Any JSON value but a fraction."""
    particulars: Mapping[str, str] = {}
    """Of people: kept as words are, so that they can be erased."""


Said = Mapping[tuple[Sheet, OrganizationCode], Facts]
"""Everything that the files say; a sheet that would be empty is not there."""

_OF_PEOPLE: Final = ("identities", "language", "time_zone")
"""Particulars: accounts, and how and when somebody is spoken to."""
_IN_NO_ORDER: Final = frozenset({"domains", "duties", "services", "entitled", "activated_by", "staff"})
"""Lists in which one order says what another does."""


def facts_of(directory: Directory, agreements: Iterable[Agreement] = (), rotas: Iterable[Rota] = ()) -> Said:
    """What the files say."""
    codes: dict[tuple[Sheet, OrganizationCode], dict[str, Any]] = {}
    particulars: dict[OrganizationCode, dict[str, str]] = {}

    def told(sheet: Sheet, code: OrganizationCode, facts: Iterable[tuple[str, Any]]) -> None:
        codes.setdefault((sheet, code), {}).update(facts)

    for organization in directory.organizations:
        told(Sheet.ORGANIZATION, organization.code, _organization(organization))
        for clock in organization.clocks:
            told(Sheet.PARTICULARS, organization.code, _model(f"clocks/{clock.id}", clock, "id"))
    for service in directory.services:
        told(
            Sheet.ORGANIZATION,
            service.provider,
            _model(f"offers/{service.code}", service, "code", "provider"),
        )
    for code, people in _by_organization(directory.people).items():
        told(Sheet.ORGANIZATION, code, _people(people))
        particulars[code] = dict(fact for person in people for fact in _particulars(person))
    for agreement in agreements:
        told(Sheet.AGREEMENT, vendor_of(agreement.code), _model("", agreement, "code"))
    for rota in rotas:
        told(Sheet.PARTICULARS, rota.organization, _model("rota", rota, "organization"))
    for code, own in particulars.items():
        if own:
            codes.setdefault((Sheet.PARTICULARS, code), {})
    return {
        (sheet, code): Facts(said, particulars.get(code, {}) if sheet is Sheet.PARTICULARS else {})
        for (sheet, code), said in codes.items()
    }


def parties_of(codes: Mapping[str, Any]) -> tuple[str, ...]:
    """Who may call a vendor by an agreement's facts."""
    return tuple(path.removeprefix("hours/") for path in codes if path.startswith("hours/"))


def _organization(organization: Organization) -> Iterator[tuple[str, Any]]:
    """`code` is the sheet's own name."""
    return _model("", organization, "code", "clocks")


def _by_organization(people: Iterable[Person]) -> dict[OrganizationCode, list[Person]]:
    found: dict[OrganizationCode, list[Person]] = {}
    for person in people:
        found.setdefault(person.organization, []).append(person)
    return found


def _people(people: Iterable[Person]) -> Iterator[tuple[str, Any]]:
    """Their order is said too: by it they are called."""
    yield "people", [person.id for person in people]
    for person in people:
        yield from _model(f"people/{person.id}", person, "id", "organization", *_OF_PEOPLE)


def _particulars(person: Person) -> Iterator[tuple[str, str]]:
    said = person.model_dump(mode="json", exclude_defaults=True, include=set(_OF_PEOPLE))
    return ((path, str(value)) for path, value in _flat(f"people/{person.id}", said))


def _model(path: str, said: BaseModel, *besides: str) -> Iterator[tuple[str, Any]]:
    return _flat(path, said.model_dump(mode="json", exclude_defaults=True, exclude=set(besides)))


def _flat(path: str, value: Any) -> Iterator[tuple[str, Any]]:  # noqa: ANN401  any JSON value
    if isinstance(value, Mapping):
        for name, each in value.items():
            yield from _flat(f"{path}/{name}" if path else name, each)
    elif isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        for number, each in enumerate(value, start=1):
            yield from _flat(f"{path}/{number}", each)
    elif isinstance(value, list) and path.rpartition("/")[2] in _IN_NO_ORDER:
        yield path, sorted(value)
    else:
        yield path, value
