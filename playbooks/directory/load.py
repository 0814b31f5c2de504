"""From directory files to a Directory. Pure: whoever calls has read the bytes."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from playbooks.domain.amounts import Minutes, Money
from playbooks.domain.catalogue import Service
from playbooks.domain.clocks import Clock
from playbooks.domain.errors import Malformed
from playbooks.domain.ids import OrganizationCode
from playbooks.domain.misshapen import fault_of, first_of
from playbooks.domain.organization import Directory, Membership, Organization, Person
from playbooks.domain.saying import Saying, saying
from playbooks.domain.team import Team
from playbooks.domain.tongue import Language
from playbooks.texts import load_texts

_MOST_BYTES = 1_000_000


class _Entry(BaseModel):
    """An organization as a file names it: the first gives name and membership, later ones may adjust."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: OrganizationCode
    name: str | None = None
    membership: Membership | None = None
    service_provider: bool | None = None
    time_zone: str | None = None
    language: Language | None = None
    domains: tuple[str, ...] | None = None
    clocks: tuple[Clock, ...] | None = None
    team: Team | None = None


class _Offer(BaseModel):
    """A service as a file names it: the first gives name and provider, later ones may adjust."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    name: str | None = None
    provider: OrganizationCode | None = None
    entitled: tuple[Membership, ...] | None = None
    answer_minutes: Minutes | None = None
    sets_off_alerts: bool | None = None
    rate: Annotated[Money, Field(decimal_places=2)] | None = None
    currency: str | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    organizations: tuple[_Entry, ...] = ()
    people: tuple[Person, ...] = ()
    services: tuple[_Offer, ...] = ()


_SLIPS = (ValueError, RecursionError, AttributeError, IndexError, KeyError, TypeError)
"""What the YAML library itself stumbles over, such as `0x` for a number."""
_PLAIN = TypeAdapter(dict[str, Any])


def load_directory(*files: bytes) -> Directory:
    """Read directory files in order, the shipped organizations first, into one directory.

    A later file names people, adds organizations, or adjusts one by its code and leaves the rest.
    Nothing is judged here: `check_directory` does. Raises Malformed with the place and the fault.
    """
    read = [_file(file, number) for number, file in enumerate(files, start=1)]
    organizations: dict[str, Organization] = {}
    for file in read:
        for entry in file.organizations:
            organizations[entry.code.casefold()] = _merged(organizations.get(entry.code.casefold()), entry)
    people = tuple(person for file in read for person in file.people)
    services = _services(offer for file in read for offer in file.services)
    return Directory(organizations=tuple(organizations.values()), people=people, services=services)


def _services(offers: Iterable[_Offer]) -> tuple[Service, ...]:
    """Raises Malformed for a service that is new and lacks something, or whose rate has no currency."""
    services: dict[str, dict[str, Any]] = {}
    for offer in offers:
        given = {name: value for name, value in offer if value is not None}
        services[offer.code] = {**services.get(offer.code, {}), **given}
    try:
        return tuple(Service.model_validate(service) for service in services.values())
    except ValidationError as error:
        raise Malformed(_wrong("file.directory.services", error)) from None


def _file(content: bytes, number: int) -> _File:
    if len(content) > _MOST_BYTES:
        raise Malformed(saying("file.directory.large", number=number, size=_MOST_BYTES))
    try:
        data = YAML(typ="safe", pure=True).load(content.decode("utf-8")) or {}
        return _File.model_validate(_PLAIN.validate_python(data))
    except UnicodeDecodeError:
        raise Malformed(saying("file.directory.not_utf8", number=number)) from None
    except YAMLError as error:
        line = getattr(getattr(error, "problem_mark", None), "line", -1) + 1
        raise Malformed(saying("file.directory.no_yaml", number=number, line=line)) from None
    except ValidationError as error:
        raise Malformed(_wrong("file.directory.wrong", error, number=number)) from None
    except _SLIPS:
        raise Malformed(saying("file.directory.unread", number=number)) from None


def _wrong(code: str, error: ValidationError, **about: object) -> Saying:
    problem, more = first_of(error), error.error_count() - 1
    at = {"place": _place(problem["loc"]), "what": fault_of(problem)}
    return saying(f"{code}.more" if more else code, count=more, **at, **about)


def _place(parts: Sequence[str | int]) -> str | Saying:
    """As people look for it: `people number 3 language`."""
    texts = load_texts()
    steps = [texts.say("file.number", number=part + 1) if isinstance(part, int) else part for part in parts]
    return " ".join(steps) or saying("file.top")


def _merged(known: Organization | None, entry: _Entry) -> Organization:
    given = {name: value for name, value in entry if value is not None and name != "code"}
    if known is not None:
        return known.model_copy(update=given)
    if missing := [field for field in ("name", "membership") if field not in given]:
        raise Malformed(saying("file.directory.new", organization=entry.code, names=missing))
    return Organization(code=entry.code, **given)
