"""Mail: one sender's address. Errors as in `write.py`."""

from typing import Protocol

from pydantic import Field

from playbooks.domain.ids import PersonId
from playbooks.ports.write import Letters, Made, Message, Write


class Send(Message):
    """Send a mail; the document's title is its subject. The effect id is its Message-ID."""

    to: tuple[PersonId, ...] = Field(min_length=1)
    reply_to_effect: str | None = None
    """The effect of an earlier mail that this one follows."""


class SendEach(Write):
    """Send each person a mail that nobody else gets; its Message-ID names the effect and her."""

    to: tuple[PersonId, ...] = Field(min_length=1)
    letters: Letters


class MailPort(Protocol):
    """One sender with one mail server."""

    async def send(self, request: Send) -> Made:
        """Hand a mail to the server; `ref` is the Message-ID. Whether it arrives cannot be known."""

    async def send_each(self, request: SendEach) -> Made:
        """Hand the server a mail for each. Whose it did not take is missing; where it took none, why is raised."""
