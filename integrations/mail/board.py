"""A mailbox to which heads of the log are sent, for others to keep."""

from collections.abc import Sequence
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate

from integrations.mail.server import MailServer
from playbooks.domain.document import Code, Document, Heading, Paragraph, Text


class MailBoard:
    """One address."""

    def __init__(self, server: MailServer, address: str) -> None:
        self._server = server
        self._address = address

    async def post(self, id: str, document: Document) -> None:
        """See the port."""
        sender = self._server.sender

        def mail(reached: Sequence[str]) -> EmailMessage:
            made = _mail(document)
            made["From"], made["To"], made["Date"] = sender, ", ".join(reached), formatdate(usegmt=True)
            made["Message-ID"] = f"<{id.replace('/', '.')}@{sender.rpartition('@')[2]}>"
            made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's machine answers it
            return made

        await self._server.give([self._address], mail)


def _mail(document: Document) -> EmailMessage:
    """In lines that nothing wraps: what is to be kept stands in one of them, whole."""
    mail, lines = EmailMessage(policy=SMTP), list[str]()
    for block in document.blocks:
        match block:
            case Heading(text=text):
                mail["Subject"] = text
            case Paragraph(parts=parts):
                lines.append("".join(part.text for part in parts if isinstance(part, (Text, Code))))
    mail.set_content("\n\n".join(lines), cte="7bit")
    return mail
