"""Whose eyes a command reads with."""

from playbooks.domain.organization import Directory
from playbooks.domain.release import Reader


def reader_of(directory: Directory, name: str | None, default: str) -> Reader:
    """The reader that `--as` names: `WFP`, or `@wfp-duty`; the default organization's otherwise. Raises NotFound."""
    name = name or default
    if name.startswith("@"):
        person = directory.person(name)
        return Reader(organization=person.organization, person=person.id)
    return Reader(organization=directory.organization(name).code)
