"""A mailbox to which heads of the log are sent, for others to keep."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from typing import Literal

import aiosmtplib
from pydantic import SecretStr

from playbooks.domain.document import Code, Document, Heading, Paragraph, Text
from playbooks.domain.errors import Denied, Permanent, Transient

_WITHIN_S = 20


@dataclass(frozen=True)
class MailServer:
    """Whom mail is handed to."""

    host: str
    port: int
    sender: str
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: SecretStr | None = None


class MailBoard:
    """One address."""

    def __init__(self, server: MailServer, address: str) -> None:
        self._server = server
        self._address = address

    async def post(self, id: str, document: Document) -> None:
        """See the port."""
        server, mail = self._server, _mail(document)
        mail["From"], mail["To"], mail["Date"] = server.sender, self._address, formatdate(usegmt=True)
        mail["Message-ID"] = f"<{id.replace('/', '.')}@{server.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
        try:
            await aiosmtplib.send(
                mail,
                hostname=server.host,
                port=server.port,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                username=server.user or None,
                password=server.password.get_secret_value() if server.user and server.password else None,
                timeout=_WITHIN_S,
            )
        except aiosmtplib.SMTPAuthenticationError as error:
            raise Denied(f"The mail server {server.host} refuses the account {server.user}.") from error
        except (aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused) as error:
            raise Permanent(
                f"The mail server {server.host} does not take mail for {self._address}."
            ) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Transient(f"The mail server {server.host} took nothing: {type(error).__name__}.") from error


def _mail(document: Document) -> EmailMessage:
    """In lines that nothing wraps: what is to be kept stands in one of them, whole."""
    mail, lines = EmailMessage(), list[str]()
    for block in document.blocks:
        match block:
            case Heading(text=text):
                mail["Subject"] = text
            case Paragraph(parts=parts):
                lines.append("".join(part.text for part in parts if isinstance(part, (Text, Code))))
    mail.set_content("\n\n".join(lines), cte="7bit")
    return mail
