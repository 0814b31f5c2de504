"""Accounts of people on a front end, both ways. One person is the same on all of them; one account is one person."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from playbooks.domain.community import Community
from playbooks.domain.connection import Connection, Vendor, belongs_to
from playbooks.domain.ids import ConnectionId, PersonId
from playbooks.domain.organization import Directory, Person


def account_of(directory: Directory, connection: Connection) -> Callable[[PersonId], str | None]:
    """Looks up a person's account: the one named for this connection, `unhcr/slack`, else the vendor's, `slack`."""
    known = {person.id: next(accounts_of(person, connection), None) for person in directory.people}
    return known.get


def person_of(directory: Directory, connection: Connection, account: str) -> Person | None:
    """Whose account it is, letter by letter; None for a stranger.

    The account is as good as the front end that proves it: Slack for the members of its workspace, a homeserver for
    the Matrix ids that end in its name.
    """
    return people_of(directory, connection).get(account)


def people_of(directory: Directory, connection: Connection) -> Mapping[str, Person]:
    """Everybody who has an account there, by it: for who asks often."""
    by_account: dict[str, Person] = {}
    for person in directory.people:
        for account in accounts_of(person, connection):
            by_account.setdefault(account, person)
    return by_account


def guest_of(directory: Directory, community: Community, workspace: str, account: str) -> Person | None:
    """Whose account it is in the workspace that her own organization told of as its own; None for a stranger.

    Slack vouches for the workspace that a guest comes from, the organization for whose workspace it is, and the
    directory for the account: an organization that told of somebody else's workspace gains nobody by it.
    """
    return next(
        (
            person
            for person in directory.people
            if community.team(person.organization).slack == workspace and account in _accounts_at_home(person)
        ),
        None,
    )


def _accounts_at_home(person: Person) -> Iterator[str]:
    """In her organization's own workspace, under the vendor's name or a connection's of that organization."""
    for front_end, account in person.identities.items():
        if front_end == Vendor.SLACK or belongs_to(ConnectionId(front_end), person.organization):
            yield account


def proven_by(
    connections: Iterable[Connection], heard: Connection, person: Person, account: str
) -> ConnectionId | None:
    """Who proves a guest to be who she is: her own organization's system of the same kind, in another one's room."""
    if person.organization == heard.organization:
        return None
    own = (each for each in connections if each.organization == person.organization)
    return next(
        (each.id for each in own if each.vendor is heard.vendor and account in accounts_of(person, each)),
        None,
    )


def accounts_of(person: Person, connection: Connection) -> Iterator[str]:
    """Her accounts there: the one named for this connection before the vendor's."""
    for front_end in (connection.id, connection.vendor.value):
        if front_end in person.identities:
            yield person.identities[front_end]
