"""One sender on one SMTP server as a MailPort. A server takes no key, so what it was given cannot be found again."""

from collections.abc import Callable
from datetime import UTC, datetime

from integrations.mail.message import message, message_id
from integrations.mail.server import MailAccess, MailServer
from playbooks.domain.connection import Connection
from playbooks.domain.errors import Permanent
from playbooks.domain.ids import PersonId
from playbooks.ports.mail import Send
from playbooks.ports.write import Made


class SmtpMail:
    """The MailPort of one sender; `address` knows where people read their mail."""

    def __init__(
        self, connection: Connection, access: MailAccess, address: Callable[[PersonId], str | None]
    ) -> None:
        self._connection = connection
        self._server = MailServer(access, connection.place, connection.id)
        self._address = address

    async def send(self, request: Send) -> Made:
        """See the port. Whom the server refuses is missing; when it refuses all, nothing was sent."""
        addresses = {person: self._address(person) for person in request.to}
        known = [address for address in addresses.values() if address]
        if not known:
            raise Permanent(
                f"{self._connection.id} knows no address of anybody this mail is for; put it into the directory.",
                code="no_address",
            )
        refused = await self._server.give(
            known, lambda reached: message(request, self._server.sender, reached, datetime.now(UTC))
        )
        missing = tuple(person for person, address in addresses.items() if not address or address in refused)
        return Made(ref=message_id(request.effect_id, self._server.sender), missing=missing)

    async def health(self) -> str:
        """See `playbooks/ports/health.py`; the server is greeted and signed in to, and nothing is sent."""
        return await self._server.greet()
