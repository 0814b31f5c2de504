"""Organizations and the people who act for them. Membership is by organization (document 004, §4)."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from playbooks.domain.catalogue import Service
from playbooks.domain.circle.guest import is_vendor
from playbooks.domain.clocks import Clock
from playbooks.domain.errors import NotFound
from playbooks.domain.function import Office
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.membership import Membership as Membership  # noqa: PLC0414  told from here too
from playbooks.domain.saying import says
from playbooks.domain.team import Team
from playbooks.domain.tongue import SOURCE, Language, Tongue


class Duty(StrEnum):
    """What a person stands for in her organization."""

    CISO = "ciso"
    ON_CALL = "on_call"
    LEGAL = "legal"
    EXECUTIVE = "executive"
    RESPONDER = "responder"
    CO_CHAIR = "co_chair"
    """One of the two that the members elect to chair the community of practice (document 004, §3)."""
    SECRETARY = "secretary"
    """Of the community, ex officio the Secretary of the Digital and Technology Network (document 004, §3)."""
    REPRESENTATIVE = "representative"
    """Beside the CISO, by a co-Chair's recorded clearance (document 004, §4); a directory's file gives it to nobody."""


class Organization(BaseModel):
    """One organization of the Annex; a sovereign party that answers for itself."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: OrganizationCode
    name: str
    membership: Membership
    service_provider: bool = False
    time_zone: str = "UTC"
    language: Language = SOURCE
    """What is said in its rooms, tickets and mails, and to those of its people whose own language nobody knows."""
    domains: tuple[str, ...] = ()
    """Its own on the Internet: what is shared unnamed tells of none of them."""
    clocks: tuple[Clock, ...] = ()
    """What it owes to whom within what time, by its own policies."""
    team: Team = Team()
    """What it tells of its team, as the files have it (`domain/community.py` has what was changed since)."""


class Person(BaseModel):
    """Somebody who acts for exactly one organization; known by function, reached by identities."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: PersonId
    organization: OrganizationCode
    office: Office | None = None
    duties: tuple[Duty, ...] = ()
    identities: dict[str, str] = {}
    """Front end to account there: `{"slack": "U012", "matrix": "@a:example.org"}`."""
    language: Language | None = None
    """What she reads; without it, what her browser or terminal asks for, or else her organization's."""
    time_zone: str = "UTC"
    """Where she reads the clock; the parties sit around the world, so UTC unless she says otherwise."""


class Directory(BaseModel):
    """Who exists: the organizations that ship with the project and the people each has named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    organizations: tuple[Organization, ...]
    people: tuple[Person, ...] = ()
    services: tuple[Service, ...] = ()
    """What shared service providers offer (document 003)."""

    @property
    def service_codes(self) -> frozenset[str]:
        """The codes under which they are asked for."""
        return frozenset(service.code for service in self.services)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains of the whole circle."""
        return tuple(domain for organization in self.organizations for domain in organization.domains)

    def organization(self, code: str) -> Organization:
        """Find an organization by its code, whatever its case. Raises NotFound."""
        for organization in self.organizations:
            if organization.code.casefold() == code.casefold():
                return organization
        raise NotFound(says("not_found.organization", code=code))

    def person(self, handle: str) -> Person:
        """Find a person by handle, with or without `@`. Raises NotFound."""
        wanted = handle.removeprefix("@").casefold()
        for person in self.people:
            if person.id.casefold() == wanted:
                return person
        raise NotFound(says("not_found.person", handle=handle))

    @property
    def vendors(self) -> tuple[OrganizationCode, ...]:
        """The vendors of whom somebody is named."""
        return tuple(dict.fromkeys(each.organization for each in self.people if is_vendor(each.organization)))

    @property
    def community(self) -> tuple[Person, ...]:
        """The people of organizations; a vendor's are guests, if anything."""
        return tuple(each for each in self.people if not is_vendor(each.organization))

    def seen_by(self, person: Person) -> "Directory":
        """What of it somebody may look up: a vendor's people find their own, and which organizations there are."""
        if not is_vendor(person.organization):
            return self
        own = tuple(each for each in self.people if each.organization == person.organization)
        bare = tuple(each.model_copy(update={"team": Team(), "clocks": ()}) for each in self.organizations)
        return self.model_copy(update={"organizations": bare, "people": own, "services": ()})

    def of(self, code: OrganizationCode, duty: Duty) -> tuple[Person, ...]:
        """The people of an organization who hold a duty, in the directory's order."""
        return tuple(p for p in self.people if p.organization == code and duty in p.duties)

    def holding(self, duty: Duty) -> tuple[Person, ...]:
        """Whoever of the whole community holds a duty, in the directory's order."""
        return tuple(person for person in self.people if duty in person.duties)

    def tongue(self, person: Person, offered: str = "") -> Tongue:
        """How a person is spoken to; `offered` is the language that her front end asks for, empty for none."""
        language = person.language or offered or self._language(person.organization)
        return Tongue(language=language, time_zone=person.time_zone)

    def _language(self, code: OrganizationCode) -> str:
        return next((each.language for each in self.organizations if each.code == code), SOURCE)
