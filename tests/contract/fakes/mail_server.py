"""A mail server of our own (aiosmtpd): it wants encryption and a credential, and goes wrong on demand."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any, Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "muster@unhcr.example.org", "a-password-of-mail"


class FakeMailServer:
    """`answers` are given instead of the usual ones, by command; `drops` says where it breaks off after acting."""

    def __init__(self, *, encrypted: bool = True) -> None:
        self.encrypted = encrypted
        self.mails: list[Message] = []
        self.recipients: list[list[str]] = []
        self.answers: dict[str, str] = {}
        self.refuses: dict[str, str] = {}
        """Recipients by address."""
        self.drops = False
        self.hangs = False
        self.port = 0
        self._hung = asyncio.Event()

    @asynccontextmanager
    async def served(self, tls: ssl.SSLContext) -> AsyncIterator[Self]:
        """On a port of this machine for as long as the block runs."""
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: self._dialogue(tls), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            self._hung.set()
            server.close()
            await server.wait_closed()

    def _dialogue(self, tls: ssl.SSLContext) -> SMTP:
        return SMTP(
            self,
            hostname="mail.example.org",
            tls_context=tls if self.encrypted else None,
            require_starttls=self.encrypted,
            auth_required=self.encrypted,
            authenticator=self._known,
            loop=asyncio.get_running_loop(),
        )

    def _known(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, said: Any
    ) -> AuthResult:
        given = isinstance(said, LoginPassword) and (said.login, said.password)
        return AuthResult(success=given == (USER.encode(), PASSWORD.encode()), handled=False)

    async def handle_MAIL(  # noqa: N802  named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from, envelope.mail_options = address, options
        return self.answers.get("MAIL", "250 OK")

    async def handle_RCPT(  # noqa: N802  as above
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.refuses:
            return self.refuses[address]
        if "RCPT" in self.answers:
            return self.answers["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  as above
        if "DATA" in self.answers:
            return self.answers["DATA"]
        content = envelope.content
        assert isinstance(content, bytes)
        self.mails.append(message_from_bytes(content, policy=default))
        self.recipients.append(list(envelope.rcpt_tos))
        if self.drops and isinstance(server.transport, asyncio.WriteTransport):
            server.transport.abort()
        if self.hangs:
            await self._hung.wait()
        return "250 OK"
