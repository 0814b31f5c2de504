"""Accounts of people on a front end, both ways. One person is the same on all of them; one account is one person."""

from collections.abc import Callable, Iterator

from playbooks.domain.connection import Connection
from playbooks.domain.ids import PersonId
from playbooks.domain.organization import Directory, Person


def account_of(directory: Directory, connection: Connection) -> Callable[[PersonId], str | None]:
    """Looks up a person's account: the one named for this connection, `unhcr/slack`, else the vendor's, `slack`."""
    known = {person.id: next(_accounts(person, connection), None) for person in directory.people}
    return known.get


def person_of(directory: Directory, connection: Connection, account: str) -> Person | None:
    """Whose account it is, letter by letter; None for a stranger.

    The account is as good as the front end that proves it: Slack for the members of its workspace, a homeserver for
    the Matrix ids that end in its name.
    """
    return next((person for person in directory.people if account in _accounts(person, connection)), None)


def _accounts(person: Person, connection: Connection) -> Iterator[str]:
    for front_end in (connection.id, connection.vendor.value):
        if front_end in person.identities:
            yield person.identities[front_end]
