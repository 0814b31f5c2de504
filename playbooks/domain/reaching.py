"""Whom of an organization an incident concerns, as far as its record tells: who is called when its room moves."""

from collections.abc import Iterator

from playbooks.domain.case import Case
from playbooks.domain.ids import OrganizationCode, PersonId


def concerned(case: Case, organization: OrganizationCode) -> tuple[PersonId, ...]:
    """Whoever holds or held a role, has a task, or keeps evidence; those on duty are called besides."""
    return tuple(sorted(set(_concerned(case, organization))))


def _concerned(case: Case, organization: OrganizationCode) -> Iterator[PersonId]:
    for tenure in case.tenures:
        if tenure.organization == organization:
            yield tenure.person
    for role, person in case.state.roles.items():
        if case.state.role_organizations.get(role) == organization:
            yield person
    for task in case.open_tasks:
        if task.organization == organization and task.owner:
            yield PersonId(task.owner)
