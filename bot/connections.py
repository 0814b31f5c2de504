"""The connections of this installation: those configured, and for everybody else the simulated world."""

from collections.abc import AsyncIterator, Callable, Container, Iterable

from bot.identities import accounts_of
from bot.reading.duty import OnCallOf
from playbooks.actions.asking import PAGER, ROTA
from playbooks.domain.connection import Connection, PortName, Vendor, connection_id
from playbooks.domain.errors import NotFound
from playbooks.domain.ids import ConnectionId, OrganizationCode, PersonId
from playbooks.domain.marking import Marking
from playbooks.domain.organization import Directory, Duty, Person
from playbooks.domain.saying import saying
from playbooks.domain.tongue import Tongue
from playbooks.ports.connections import AnyPort
from playbooks.ports.members import Members

_SIMULATED = {
    "retainer": (Vendor.SIMULATED_PAGING, Marking.GREEN),
    "chat": (Vendor.SIMULATED_CHAT, Marking.AMBER_STRICT),
    "tickets": (Vendor.SIMULATED_TICKETING, Marking.AMBER_STRICT),
    "pager": (Vendor.SIMULATED_PAGING, Marking.GREEN),
    "mail": (Vendor.SIMULATED_MAIL, Marking.GREEN),
    "containment": (Vendor.SIMULATED_CONTAINMENT, Marking.AMBER_STRICT),
}
"""What an organization that connected nothing has, and how far it is cleared."""

_CALLED = frozenset({Duty.CISO, Duty.ON_CALL})

ACCOUNTS = {vendor.port: account for account, (vendor, _) in _SIMULATED.items()} | {
    PortName.HTTP: "http",
    PortName.SHARING: "sharing",
}
"""The account that is used for each purpose; neither machines that are called nor collections are simulated for all."""


def all_connections(directory: Directory, configured: Iterable[Connection]) -> tuple[Connection, ...]:
    """Every connection there is: the configured ones first, simulated ones for each account left.

    Each speaks its organization's language.
    """
    chosen = {connection.id: connection for connection in configured}
    for organization in directory.organizations:
        for account, (vendor, ceiling) in _SIMULATED.items():
            id = connection_id(organization.code, account)
            chosen.setdefault(
                id, Connection(id=id, organization=organization.code, vendor=vendor, ceiling=ceiling)
            )
    tongues = {each.code: Tongue(language=each.language) for each in directory.organizations}
    return tuple(
        connection.model_copy(update={"tongue": tongues.get(connection.organization, connection.tongue)})
        for connection in chosen.values()
    )


def with_rotas(
    connections: Iterable[Connection], directory: Directory, organizations: Container[OrganizationCode]
) -> tuple[Connection, ...]:
    """With Muster's own pager for everybody: the pager itself where a rota names one that has no other."""
    own = {
        connection_id(each.code, account): Connection(
            id=connection_id(each.code, account),
            organization=each.code,
            vendor=Vendor.ROTA,
            ceiling=Marking.GREEN,
        )
        for each in directory.organizations
        for account in (ROTA, *((PAGER,) if each.code in organizations else ()))
    }
    real = {each.id: each for each in connections if not each.simulated}
    return tuple(({each.id: each for each in connections} | own | real).values())


class WiredConnections:
    """The connections port: an adapter is made when first asked for, and kept."""

    def __init__(
        self,
        connections: Iterable[Connection],
        adapter: Callable[[Connection], AnyPort],
        people: Iterable[Person] = (),
        on_call: Callable[["WiredConnections"], OnCallOf] | None = None,
    ) -> None:
        """`people` are those who may be on duty; `on_call` asks their pagers and rotas, through these connections."""
        self._connections = {connection.id: connection for connection in connections}
        self._adapter = adapter
        self._people = tuple(people)
        self._ports: dict[ConnectionId, AnyPort] = {}
        self._on_call = on_call(self) if on_call else None

    @property
    def connected(self) -> tuple[Connection, ...]:
        """Those that reach something outside."""
        return tuple(
            each
            for each in self._connections.values()
            if not each.simulated and each.id.partition("/")[2] != ROTA
        )

    def close(self) -> None:
        """Let go of what the adapters hold open."""
        while self._ports:
            _, port = self._ports.popitem()
            close = getattr(port, "close", None)
            if callable(close):
                close()

    def connection(self, id: ConnectionId) -> Connection:
        """See the port."""
        if id not in self._connections:
            raise NotFound(saying("vendor.not_connected", name=id), code="not_connected")
        return self._connections[id]

    def has_one_voice(self, id: ConnectionId) -> bool:
        """Whether one process speaks for it alone (`playbooks/ports/speaking.py`)."""
        return id in self._connections and self._connections[id].vendor is Vendor.MATRIX

    async def on_duty(self, id: ConnectionId) -> tuple[PersonId, ...]:
        """See the port."""
        organization = self.connection(id).organization
        own = {person.id: person for person in self._people if person.organization == organization}
        grouped = [each async for each in self._in_groups(self.connection(id), own.values())]
        if self._on_call is None:
            by_duty = [person.id for person in own.values() if not _CALLED.isdisjoint(person.duties)]
            return tuple(dict.fromkeys((*by_duty, *grouped)))
        rungs = (await self._on_call(organization)).rungs
        first = [PersonId(rung.who) for rung in rungs if rung.level == rungs[0].level]
        ciso = [person.id for person in own.values() if Duty.CISO in person.duties]
        return tuple(dict.fromkeys(each for each in (*ciso, *first, *grouped) if each in own))

    async def _in_groups(self, connection: Connection, own: Iterable[Person]) -> AsyncIterator[PersonId]:
        """Whoever of the organization's people is in a group of the chat system that stands for being called.

        A group is kept by the workspace: whom it names and the directory does not is a stranger, and is not let in.
        """
        for _, group in (each for each in connection.groups if each[0] in _CALLED):
            port: object = self.port(connection.id)
            accounts = await port.in_group(group) if isinstance(port, Members) else frozenset[str]()
            for person in own:
                if not accounts.isdisjoint(accounts_of(person, connection)):
                    yield person.id

    def accounts(self, organization: OrganizationCode, port: PortName) -> tuple[Connection, ...]:
        """An organization's accounts for a purpose, the one that is used where none is named before the others."""
        own = (each for each in self._connections.values() if each.organization == organization)
        home = connection_id(organization, ACCOUNTS[port])
        return tuple(sorted((each for each in own if each.port is port), key=lambda each: each.id != home))

    def chats(self, organization: OrganizationCode) -> tuple[Connection, ...]:
        """The chat systems of an organization, the one that its rooms are opened on at first before the others."""
        return self.accounts(organization, PortName.CHAT)

    def port(self, id: ConnectionId) -> AnyPort:
        """See the port."""
        if id not in self._ports:
            self._ports[id] = self._adapter(self.connection(id))
        return self._ports[id]
