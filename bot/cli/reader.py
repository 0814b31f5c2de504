"""Whose eyes a command reads with."""

from playbooks.domain.errors import NotFound
from playbooks.domain.organization import Directory, Person
from playbooks.domain.release import Reader
from playbooks.domain.saying import saying


def reader_of(directory: Directory, name: str | None, *, chatham_house: bool = False) -> Reader:
    """The reader that `--as` names, `WFP` or `@wfp-duty`; the first person of the directory otherwise.

    `chatham_house` withholds from her who said what and who takes part.

    Raises NotFound.
    """
    if name is None or name.startswith("@"):
        person = speaking(directory, name)
        return Reader(organization=person.organization, person=person.id, chatham_house=chatham_house)
    return Reader(organization=directory.organization(name).code, chatham_house=chatham_house)


def speaking(directory: Directory, handle: str | None) -> Person:
    """Whoever `--as` names; whoever is named first in the directory otherwise. Raises NotFound."""
    if handle:
        return directory.person(handle)
    if not directory.people:
        raise NotFound(saying("cli.said.nobody"))
    return directory.people[0]
