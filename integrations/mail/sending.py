"""One sender on one SMTP server as a MailPort. A server takes no key, so what it was given cannot be found again."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

from integrations.mail.message import letter, message, message_id
from integrations.mail.server import MailAccess, MailServer
from playbooks.domain.connection import Connection
from playbooks.domain.document import Document
from playbooks.domain.errors import Permanent, ProviderError
from playbooks.domain.ids import EffectId, PersonId
from playbooks.domain.saying import Saying, saying
from playbooks.ports.mail import Send, SendEach
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
            raise self._no_address()
        refused = await self._server.give(
            known, lambda reached: message(request, self._server.sender, reached, datetime.now(UTC))
        )
        missing = tuple(person for person, address in addresses.items() if not address or address in refused)
        return Made(ref=message_id(request.effect_id, self._server.sender), missing=missing)

    async def send_each(self, request: SendEach) -> Made:
        """See the port. Side by side, so that a server that is slow is waited for once."""
        letters = request.letters.by_person
        came = await asyncio.gather(
            *(self._one(request.effect_id, *each) for each in letters.items()), return_exceptions=True
        )
        failed = {person: error for person, error in zip(letters, came, strict=True) if error is not None}
        if len(failed) == len(letters):
            raise next(iter(failed.values()))
        if faults := [each for each in failed.values() if not isinstance(each, ProviderError)]:
            raise faults[0]
        return Made(ref=message_id(request.effect_id, self._server.sender), missing=tuple(failed))

    async def _one(self, effect: EffectId, person: PersonId, document: Document) -> None:
        address, sender = self._address(person), self._server.sender
        if not address:
            raise self._no_address()
        id, at = message_id(effect, sender, person), datetime.now(UTC)
        await self._server.give([address], lambda reached: letter(document, id, sender, reached, at))

    def _no_address(self) -> Permanent:
        return Permanent(
            saying("vendor.no_address", who=self._connection.id),
            code="no_address",
        )

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`; the server is greeted and signed in to, and nothing is sent."""
        return await self._server.greet()
