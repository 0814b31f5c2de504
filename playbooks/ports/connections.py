"""The connections of this installation: which there are, and the adapter of each."""

from typing import Protocol

from playbooks.domain.connection import Connection
from playbooks.domain.ids import ConnectionId, PersonId
from playbooks.ports.chat import ChatPort
from playbooks.ports.containment import ContainmentPort
from playbooks.ports.http import HttpPort
from playbooks.ports.mail import MailPort
from playbooks.ports.paging import PagingPort
from playbooks.ports.sharing import SharingPort
from playbooks.ports.ticketing import TicketingPort

AnyPort = ChatPort | TicketingPort | PagingPort | MailPort | ContainmentPort | HttpPort | SharingPort


class Connections(Protocol):
    """Finds what the wiring has put together."""

    def connection(self, id: ConnectionId) -> Connection:
        """The connection of that id. Raises NotFound when the organization has not connected it."""

    def port(self, id: ConnectionId) -> AnyPort:
        """Its adapter, made once. Raises NotFound."""

    async def on_duty(self, id: ConnectionId) -> tuple[PersonId, ...]:
        """Whom of the connection's organization to bring in: its CISO and whoever is called first now.

        Raises nothing for a pager that is away: then it is those whose duty it is by the directory.
        """
