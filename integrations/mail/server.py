"""A dialogue with one SMTP server: greeted, encrypted, signed in to, and given a mail.

Until the server was given the mail nothing has happened; from then on, silence means that nobody can tell.
"""

import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from email.message import EmailMessage
from enum import StrEnum
from pathlib import Path
from typing import Final

import aiosmtplib
from pydantic import BaseModel, ConfigDict, SecretStr

from playbooks.actions.times import TIMES
from playbooks.domain.connection import PortName
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unknown
from playbooks.domain.saying import Saying, saying

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


class MailServer:
    """One server, as one sender; `place` is what people know it by."""

    def __init__(self, access: MailAccess, sender: str, place: str) -> None:
        self._access = access
        self._place = place
        self.sender = sender

    async def give(self, to: Sequence[str], mail: Callable[[Sequence[str]], EmailMessage]) -> frozenset[str]:
        """Give it the mail for those of the addresses that it takes, one at least; the ones that it refused.

        Raises ProviderErrors; Unknown when it was given the mail and said nothing.
        """
        async with self._dialogue() as server:
            refused = await self._addressed(server, to)
            reached = [address for address in to if address not in refused]
            await self._handed_over(server, mail(reached).as_bytes())
        return refused

    async def greet(self) -> Saying:
        """Sign in and send nothing; who answered, in words."""
        async with self._dialogue() as server:
            try:
                await server.noop()
            except (aiosmtplib.SMTPException, OSError) as error:
                raise self._before(error) from error
        return saying("vendor.health.smtp", host=self._access.host, sender=self.sender)

    @property
    def _who(self) -> Saying:
        return saying("vendor.mail_server", place=self._place)

    @asynccontextmanager
    async def _dialogue(self) -> AsyncIterator[aiosmtplib.SMTP]:
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
                    saying("vendor.no_starttls", who=self._who),
                    code="not_encrypted",
                )
            await server.starttls()
        if access.user and access.password:
            await server.login(access.user, access.password.get_secret_value())

    async def _addressed(self, server: aiosmtplib.SMTP, to: Sequence[str]) -> frozenset[str]:
        """Whom the server refuses, while it takes others. Raises ProviderErrors; nothing was sent yet."""
        refused: dict[str, aiosmtplib.SMTPResponseException] = {}
        try:
            await server.mail(self.sender)
            for address in to:
                try:
                    await server.rcpt(address)
                except aiosmtplib.SMTPRecipientRefused as error:
                    refused[address] = error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise self._before(error) from error
        if len(refused) == len(to):
            raise self._all_refused(tuple(refused.values()))
        return frozenset(refused)

    async def _handed_over(self, server: aiosmtplib.SMTP, mail: bytes) -> None:
        try:
            await server.data(mail)
        except aiosmtplib.SMTPResponseException as error:
            raise self._answered(error) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unknown(saying("vendor.given_and_silent", who=self._who)) from error

    def _all_refused(self, answers: Sequence[aiosmtplib.SMTPResponseException]) -> ProviderError:
        later = next((each for each in answers if each.code < 500), None)
        return self._answered(later or answers[0])

    def _before(self, error: Exception) -> ProviderError:
        """What went wrong before the mail was given: certainly nothing was sent."""
        if isinstance(error, aiosmtplib.SMTPResponseException):
            return self._answered(error)
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            return Transient(saying("vendor.untrusted", who=self._who))
        return Transient(saying("vendor.unreached_or_broken_off", who=self._who))

    def _answered(self, error: aiosmtplib.SMTPResponseException) -> ProviderError:
        """By the code alone: its words may quote an address (RFC 5321, section 4.2.1)."""
        if error.code in _REFUSED:
            return Denied(saying("vendor.denied", who=self._who, status=error.code))
        if error.code < 500:
            return Transient(saying("vendor.takes_nothing", who=self._who, status=error.code))
        return Permanent(saying("vendor.rejected", who=self._who, status=error.code), code="rejected")
