"""Document to a mail: bare characters, so that nobody's words act; marked as a machine's (RFC 3834)."""

from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final

from playbooks.domain.document import Banner, Document, plain
from playbooks.domain.ids import PersonId
from playbooks.ports.mail import Send

_LONGEST_SUBJECT: Final = 200


def message_id(effect: str, sender: str, person: PersonId | None = None) -> str:
    """The effect's own (RFC 5322, section 3.6.4): who gets a mail twice can tell, and their programs do.

    `person` tells the mails of one effect apart, where each person gets one of her own.
    """
    own = f".{person}" if person else ""
    return f"<{effect}{own}@{sender.rpartition('@')[2]}>"


def message(request: Send, sender: str, to: Iterable[str], at: datetime) -> EmailMessage:
    """The mail to these addresses, ready to be handed to a server."""
    mail = letter(request.document, message_id(request.effect_id, sender), sender, to, at)
    if request.reply_to_effect is not None:
        mail["In-Reply-To"] = mail["References"] = message_id(request.reply_to_effect, sender)
    return mail


def letter(document: Document, id: str, sender: str, to: Iterable[str], at: datetime) -> EmailMessage:
    """The mail that says this, under this Message-ID."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = ", ".join(to)
    mail["Subject"] = subject(document)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = id
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(plain(document))
    return mail


def subject(document: Document) -> str:
    """The marking and the title on one line: a marking is seen before the mail is opened (TLP 2.0)."""
    marked = plain(Document(blocks=tuple(block for block in document.blocks if isinstance(block, Banner))))
    said = " ".join(f"{marked} {document.title}".split())
    return said if len(said) <= _LONGEST_SUBJECT else f"{said[: _LONGEST_SUBJECT - 1]}…"
