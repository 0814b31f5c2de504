"""One sender on one SMTP server as a MailPort. A server takes no key, so what it was given cannot be found again.

Until the server was given the mail nothing has happened; from then on, silence means that nobody can tell.
"""

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

import aiosmtplib
from pydantic import BaseModel, ConfigDict, SecretStr

from integrations.mail.message import message, message_id
from playbooks.actions.times import TIMES
from playbooks.domain.connection import Connection, PortName
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.ids import PersonId
from playbooks.ports.mail import Send
from playbooks.ports.write import Made

_WITHIN: Final = TIMES[PortName.MAIL].client / 4
"""For each step of the dialogue, of which a server that answers at all draws out one."""
_REFUSED: Final = frozenset({530, 534, 535, 538})
"""It wants another credential, or one at all (RFC 4954, section 6)."""


class Security(StrEnum):
    """How the way to the server is encrypted."""

    STARTTLS = "starttls"
    TLS = "tls"
    """From the first byte (RFC 8314)."""
    NONE = "none"
    """For a server on this machine alone."""


class MailAccess(BaseModel):
    """Where a server is and how Muster signs in there."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str
    port: int
    security: Security = Security.STARTTLS
    user: str = ""
    password: SecretStr | None = None
    ca: Path | None = None
    """Certificates to trust instead of the usual ones."""
    within: timedelta = _WITHIN


class SmtpMail:
    """The MailPort of one sender; `address` knows where people read their mail."""

    def __init__(
        self, connection: Connection, access: MailAccess, address: Callable[[PersonId], str | None]
    ) -> None:
        self._connection = connection
        self._place = connection.id
        self._access = access
        self._address = address

    async def send(self, request: Send) -> Made:
        """See the port. Whom the server refuses is missing; when it refuses all, nothing was sent."""
        addresses = {person: self._address(person) for person in request.to}
        known = {person: address for person, address in addresses.items() if address}
        if not known:
            raise Permanent(
                f"{self._place} knows no address of anybody this mail is for; put it into the directory.",
                code="no_address",
            )
        async with self._server() as server:
            refused = await self._addressed(server, known)
            reached = [address for person, address in known.items() if person not in refused]
            mail = message(request, self._connection.place, reached, datetime.now(UTC))
            await self._handed_over(server, mail.as_bytes())
        missing = tuple(person for person in request.to if person not in known or person in refused)
        return Made(ref=message_id(request.effect_id, self._connection.place), missing=missing)

    async def health(self) -> str:
        """See `playbooks/ports/health.py`; the server is greeted and signed in to, and nothing is sent."""
        async with self._server() as server:
            try:
                await server.noop()
            except (aiosmtplib.SMTPException, OSError) as error:
                raise self._before(error) from error
        return f"SMTP, {self._access.host}, as {self._connection.place}"

    @asynccontextmanager
    async def _server(self) -> AsyncIterator[aiosmtplib.SMTP]:
        """A dialogue with the server, greeted, encrypted and signed in to."""
        access = self._access
        server = aiosmtplib.SMTP(
            hostname=access.host,
            port=access.port,
            timeout=access.within.total_seconds(),
            use_tls=access.security is Security.TLS,
            start_tls=False,
            tls_context=ssl.create_default_context(cafile=access.ca),
        )
        try:
            await server.connect()
            await self._signed_in(server)
        except (aiosmtplib.SMTPException, OSError) as error:
            server.close()
            raise self._before(error) from error
        except ProviderError:
            server.close()
            raise
        try:
            yield server
        finally:
            # It has the mail by now or never will: how it takes leave changes nothing.
            with suppress(aiosmtplib.SMTPException, OSError):
                await server.quit()
            server.close()

    async def _signed_in(self, server: aiosmtplib.SMTP) -> None:
        """Encrypted first, and never in the clear because the other side offers no more."""
        access = self._access
        if access.security is Security.STARTTLS:
            await server.ehlo()
            if not server.supports_extension("starttls"):
                raise Permanent(
                    f"The mail server of {self._place} does not offer STARTTLS; "
                    "say `security: tls`, or have it offer it.",
                    code="not_encrypted",
                )
            await server.starttls()
        if access.user and access.password:
            await server.login(access.user, access.password.get_secret_value())

    async def _addressed(
        self, server: aiosmtplib.SMTP, known: dict[PersonId, str]
    ) -> dict[PersonId, aiosmtplib.SMTPResponseException]:
        """Whom the server refuses, while it takes others. Raises ProviderErrors; nothing was sent yet."""
        refused: dict[PersonId, aiosmtplib.SMTPResponseException] = {}
        try:
            await server.mail(self._connection.place)
            for person, address in known.items():
                try:
                    await server.rcpt(address)
                except aiosmtplib.SMTPRecipientRefused as error:
                    refused[person] = error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._before(error) from error
        if len(refused) == len(known):
            raise self._all_refused(tuple(refused.values()))
        return refused

    async def _handed_over(self, server: aiosmtplib.SMTP, mail: bytes) -> None:
        try:
            await server.data(mail)
        except aiosmtplib.SMTPResponseException as error:
            raise self._answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unknown(f"The mail server of {self._place} was given the mail and said nothing.") from error

    def _all_refused(self, answers: Sequence[aiosmtplib.SMTPResponseException]) -> ProviderError:
        later = next((each for each in answers if each.code < 500), None)
        return self._answered(later or answers[0])

    def _before(self, error: Exception) -> ProviderError:
        """What went wrong before the mail was given: certainly nothing was sent."""
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return self._answered(error)
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            return Transient(
                f"The certificate of the mail server of {self._place} is not trusted; name its authority as `ca`."
            )
        return Transient(f"The mail server of {self._place} cannot be reached, or broke off.")

    def _answered(self, error: aiosmtplib.SMTPResponseException) -> ProviderError:
        """By the code alone: its words may quote an address (RFC 5321, section 4.2.1)."""
        if error.code in _REFUSED:
            return Denied(
                f"The mail server of {self._place} refuses the credential ({error.code}); "
                "renew it and run `muster doctor`."
            )
        if error.code < 500:
            return Transient(f"The mail server of {self._place} takes nothing for now ({error.code}).")
        return Permanent(
            f"The mail server of {self._place} does not take this ({error.code}).", code="rejected"
        )
