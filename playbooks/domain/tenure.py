"""Who held which role, and when: read off what was recorded, for whoever reads the incident later (ICS, Form 201)."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.domain.ids import OrganizationCode, PersonId
from playbooks.domain.kinds import Kind
from playbooks.domain.roles import Role


class Tenure(BaseModel):
    """One person's time in one role."""

    model_config = ConfigDict(frozen=True)

    role: Role
    person: PersonId
    organization: OrganizationCode
    since: AwareDatetime
    until: AwareDatetime | None = None
    """None while she holds it."""


def evolve_tenures(tenures: tuple[Tenure, ...], entry: Entry) -> tuple[Tenure, ...]:
    """After a role was given, or an organization left and gave back those of its people; in the order of beginning."""
    if entry.kind == Kind.PARTY_LEAVE:
        return tuple(
            _ended(each, entry) if each.organization == entry.data["organization"] else each
            for each in tenures
        )
    role = Role(entry.data.get("role", Role.INCIDENT_COMMANDER))
    person = PersonId(entry.data["person"])
    if any(each.role is role and each.person == person and each.until is None for each in tenures):
        return tenures
    ended = (_ended(each, entry) if each.role is role else each for each in tenures)
    new = Tenure(
        role=role, person=person, organization=OrganizationCode(entry.data["organization"]), since=entry.at
    )
    return (*ended, new)


def _ended(tenure: Tenure, entry: Entry) -> Tenure:
    return tenure if tenure.until else tenure.model_copy(update={"until": entry.at})
