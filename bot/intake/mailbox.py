"""Alerts from a mailbox: IMAP (RFC 9051), for organizations whose mail cannot be handed on by SMTP.

A mail is marked as read when it is committed as an alert, and not before. One that was committed and not marked, since
the process or the server went away between the two, is read again, and is counted as a duplicate by its Message-ID.
"""

import asyncio
import imaplib
import logging
import ssl
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

from imap_tools.errors import ImapToolsError, MailboxFolderSelectError, MailboxLoginError
from imap_tools.mailbox import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.message import MailMessage
from imap_tools.query import AND

from bot.intake.mail import MOST_BYTES, mail_body
from bot.intake.problem import Refusal
from bot.intake.sources import KnownSource, Mailbox
from bot.intake.taking import Taking
from playbooks.domain.errors import Unavailable
from playbooks.domain.saying import Saying, saying

_LOG = logging.getLogger(__name__)
_AT_ONCE: Final = 50
_PATIENCE: Final = timedelta(seconds=30)

Unread = tuple[str, bytes]
"""A mail by its number there (UID), and its bytes."""


class MailboxReader:
    """Reads every mailbox once at each step; one that is away holds up none of the others."""

    def __init__(self, sources: Callable[[], Iterable[KnownSource]], taking: Taking) -> None:
        self._sources = sources
        self._taking = taking

    async def step(self) -> int:
        """Take in what is unread; says how many mails were taken."""
        return sum([await self._read(known) for known in self._sources()])

    async def _read(self, known: KnownSource) -> int:
        try:
            self._taking.check(known)
            unread = await asyncio.to_thread(_unread, known)
            taken = [uid async for uid in self._taken(known, unread)]
            if taken:
                await asyncio.to_thread(_mark, known, taken)
        except Refusal:
            return 0  # its bucket is empty: the mails wait where they are
        except (ImapToolsError, imaplib.IMAP4.error, OSError) as error:
            _LOG.warning("The mailbox of %s cannot be read: %s", known.source.name, type(error).__name__)
            return 0
        return len(taken)

    async def _taken(self, known: KnownSource, unread: Sequence[Unread]) -> AsyncIterator[str]:
        for uid, raw in unread:
            try:
                await self._taking.take(known, await asyncio.to_thread(mail_body, raw))
            except Unavailable:
                return
            except Refusal as refusal:
                if refusal.retry_after:
                    return
            yield uid


async def examined(known: KnownSource) -> Saying:
    """How many mails wait in a source's mailbox. Raises Unavailable with a sentence that says what to mend."""
    at = _mailbox(known)
    try:
        waiting = await asyncio.to_thread(_waiting, known)
    except MailboxLoginError as refused:
        raise Unavailable(saying("mailbox.denied", host=at.host, user=at.user)) from refused
    except MailboxFolderSelectError as missing:
        raise Unavailable(saying("mailbox.no_folder", user=at.user, folder=at.folder)) from missing
    except ssl.SSLCertVerificationError as untrusted:
        raise Unavailable(saying("mailbox.untrusted", host=at.host)) from untrusted
    except (ImapToolsError, imaplib.IMAP4.error, OSError) as away:
        raise Unavailable(saying("mailbox.away", host=at.host)) from away
    return saying("mailbox.unread", count=waiting, folder=at.folder, user=at.user)


def _waiting(known: KnownSource) -> int:
    with _opened(known) as mailbox:
        return len(mailbox.numbers(AND(seen=False)))


def _unread(known: KnownSource) -> list[Unread]:
    """The oldest unread mails; of one that is too long its head alone, and the mail stays in the mailbox."""
    with _opened(known) as mailbox:
        heads = list(mailbox.fetch(AND(seen=False), limit=_AT_ONCE, mark_seen=False, headers_only=True))
        return [(head.uid or "", _whole(mailbox, head)) for head in heads]


def _whole(mailbox: BaseMailBox, head: MailMessage) -> bytes:
    if head.size_rfc822 <= MOST_BYTES:
        for mail in mailbox.fetch(AND(uid=head.uid or ""), mark_seen=False):
            return mail.obj.as_bytes()
    return head.obj.as_bytes()


def _mark(known: KnownSource, uids: Sequence[str]) -> None:
    with _opened(known) as mailbox:
        mailbox.flag(list(uids), "\\Seen", value=True)


@contextmanager
def _opened(known: KnownSource) -> Iterator[BaseMailBox]:
    at = _mailbox(known)
    mailbox = _server(at)
    try:
        mailbox.login(at.user, known.password, initial_folder=at.folder)
        yield mailbox
    finally:
        # However it takes leave: what is marked is marked.
        with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
            mailbox.client.logout()
        with suppress(OSError):
            mailbox.client.shutdown()


def _mailbox(known: KnownSource) -> Mailbox:
    at = known.source.mailbox
    if at is None:
        raise ValueError(known.source.name)
    return at


def _trusting(at: Mailbox) -> ssl.SSLContext:
    """The library checks no certificate unless it is given a context that does."""
    return ssl.create_default_context(cafile=at.ca)


def _server(at: Mailbox) -> BaseMailBox:
    patience = _PATIENCE.total_seconds()
    match at.security:
        case "tls":
            return MailBox(at.host, at.port, timeout=patience, ssl_context=_trusting(at))
        case "starttls":
            return MailBoxStartTls(at.host, at.port, timeout=patience, ssl_context=_trusting(at))
        case "none":
            return MailBoxUnencrypted(at.host, at.port, timeout=patience)
