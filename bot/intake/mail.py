"""Alerts by mail: an SMTP server (RFC 5321) that answers 250 when the mail is committed as an alert, and not before.

The address is `<source>+<key>@<anything>`. It listens where the organization's own mail server hands on to it: it
sends nothing itself, relays nothing, and offers no more than it takes.
"""

import asyncio
import hmac
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.intake.problem import Refusal
from bot.intake.sources import KnownSource, Sources
from bot.intake.taking import Taking
from integrations.siem.mail import mail_document
from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import says

_LOG = logging.getLogger(__name__)
MOST_BYTES: Final = 1024 * 1024
"""Of one mail."""

MOST_OPEN: Final = 32
"""Connections at once; each may hold one mail in memory."""

MOST_RECIPIENTS: Final = 20
_PATIENCE: Final = timedelta(seconds=60)
_NAME: Final = "muster"

_TAKEN: Final = "250 2.0.0 Committed as an alert"
_NOBODY: Final = "550 5.1.1 No source has this address; write to <source>+<key>"
_TOO_MANY_RECIPIENTS: Final = "452 4.5.3 Too many recipients; send the others apart"
_LATER: Final = "451 4.3.2 Not taken; try again later"
_BUSY: Final = b"421 4.3.2 Too many connections; try again later\r\n"

# It writes each command down as it comes, and an address holds a key.
logging.getLogger("mail.log").setLevel(logging.ERROR)


class MailDoor:
    """What the SMTP server asks: whether an address is a source's, and to take a mail in."""

    def __init__(self, sources: Sources, taking: Taking) -> None:
        self._sources = sources
        self._taking = taking
        self.open = 0

    async def handle_RCPT(  # noqa: N802  named by aiosmtpd
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take a recipient whose address holds a source's key; all others are told the same."""
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return _TOO_MANY_RECIPIENTS
        try:
            known = self._source(address)
            if known is None:
                return _NOBODY
            self._taking.check(known)
        except Refusal as refusal:
            return _answer(refusal)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  named by aiosmtpd
        """Commit the mail for each source that it is for; sent again after a fault, it is a duplicate."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        body = await asyncio.to_thread(mail_body, raw)
        try:
            for address in envelope.rcpt_tos:
                known = self._source(address)
                if known is None:
                    return _NOBODY
                await self._taking.take(known, body)
        except Refusal as refusal:
            return _answer(refusal)
        except Unavailable:
            return _LATER
        return _TAKEN

    async def handle_exception(self, error: Exception) -> str:
        """A fault of ours: the sender's server keeps the mail and tries again."""
        _LOG.error("A mail could not be taken in", exc_info=error)
        return _LATER

    def _source(self, address: str) -> KnownSource | None:
        """The source whose key stands in the address; mail servers may change the case of letters."""
        name, _, key = address.rpartition("@")[0].casefold().partition("+")
        known = self._sources.find(name)
        keys = known.addresses if known else ()
        fits = sum(hmac.compare_digest(key.encode("utf-8", "replace"), one) for one in keys)
        return known if fits else None


class _Connection(SMTP):
    """One sender; more than `MOST_OPEN` at once are asked to come again."""

    def __init__(self, door: MailDoor) -> None:
        super().__init__(
            door,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
            hostname=_NAME,
            ident="SMTP",
            timeout=_PATIENCE.total_seconds(),
            command_call_limit=1_000,
            loop=asyncio.get_running_loop(),
        )
        self._door = door
        self._counted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if self._door.open >= MOST_OPEN and isinstance(transport, asyncio.WriteTransport):
            transport.write(_BUSY)
            transport.close()
            return
        self._door.open += 1
        self._counted = True
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self._door.open -= self._counted
        if self._counted:
            self._counted = False
            super().connection_lost(error)


@asynccontextmanager
async def mail_served(door: MailDoor, host: str, port: int) -> AsyncIterator[int]:
    """Listen for mail for as long as the block runs; yields the port. Raises Unavailable when it is taken."""
    loop = asyncio.get_running_loop()
    try:
        server = await loop.create_server(lambda: _Connection(door), host, port)
    except OSError:
        raise Unavailable(says("port_taken.mail", place=f"{host}:{port}")) from None
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def mail_body(raw: bytes) -> bytes:
    """A mail as the alert that is taken in."""
    return json.dumps(mail_document(raw), ensure_ascii=True, separators=(",", ":")).encode()


def _answer(refusal: Refusal) -> str:
    """A refusal in SMTP's words: for a while where coming again helps, else for good."""
    code = "452 4.3.1" if refusal.retry_after else "552 5.3.4"
    return f"{code} {refusal.sentence}".replace("\n", " ")
