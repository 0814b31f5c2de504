"""Ticketing: tickets in one organization's tracker. Errors as in `write.py`."""

from datetime import date
from enum import StrEnum
from typing import Protocol, runtime_checkable

from playbooks.domain.ids import PersonId
from playbooks.domain.incident import Severity
from playbooks.domain.marking import Marking
from playbooks.domain.seen import Attached, SeenAs
from playbooks.ports.write import File, Made, Message, Write


class TicketStatus(StrEnum):
    """Where a ticket stands; an adapter maps it to the tracker's own transitions."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    DONE = "done"


SEEN_AS: dict[TicketStatus, SeenAs] = {
    TicketStatus.OPEN: SeenAs.FRESH,
    TicketStatus.IN_PROGRESS: SeenAs.IN_HAND,
    TicketStatus.DONE: SeenAs.OVER,
}
"""How a ticket of each status is seen."""


class CreateTicket(Message):
    """Create a ticket; the document's title is its summary, the whole document its description."""

    severity: Severity = Severity.MEDIUM
    due_on: date | None = None
    """The day by which it is owed, where somebody said so."""
    labels: tuple[str, ...] = ()
    """Codes, such as the incident's key; the adapter adds the effect id where it can be searched for."""
    assignee: PersonId | None = None
    """Who works on it; nobody where she has no account with the tracker, and then she is named as missing."""
    parent: str | None = None
    """The ticket that this one is a part of, where the project has sub-tasks."""


class UpdateTicket(Write):
    """Set how bad it is, or who works on it; what is not said stays as it is."""

    ticket: str
    severity: Severity | None = None
    assignee: PersonId | None = None


class Comment(Message):
    """Add a comment to a ticket."""

    ticket: str


class Transition(Write):
    """Bring a ticket to a status; one that is already there stays so."""

    ticket: str
    status: TicketStatus


class Attach(Write):
    """Attach a file to a ticket."""

    ticket: str
    mark: str
    """What its name begins with there, and no other file's does: by it the file is found."""
    marking: Marking
    """Of the file: a ticket that more people may see than may see the file does not get it."""
    file: File

    @property
    def name(self) -> str:
        """What it is called there."""
        return f"{self.mark} {self.file.name}".strip()


class TicketingPort(Protocol):
    """One project of one tracker. Search lags behind: what was created is found only after a while (Jira)."""

    async def create_ticket(self, request: CreateTicket) -> Made:
        """Create a ticket. A second call with the same effect id makes a second ticket: look first."""

    async def find_ticket(self, request: CreateTicket) -> Made | None:
        """The oldest ticket that this very request created, None when none is found (yet)."""

    async def update(self, request: UpdateTicket) -> Made:
        """Change a ticket's fields. An unknown ticket is Permanent; whoever has no account there is missing."""

    async def comment(self, request: Comment) -> Made:
        """Comment on a ticket. An unknown one is Permanent. The same twice makes two comments: look first."""

    async def find_comment(self, request: Comment) -> Made | None:
        """The oldest comment that this very request made, None when none is found (yet)."""

    async def attach(self, request: Attach) -> Made:
        """Attach a file to a ticket. An unknown ticket, or a file that it does not take, is Permanent.

        The same twice makes two attachments: look first.
        """

    async def find_attachment(self, request: Attach) -> Made | None:
        """The oldest attachment of the ticket that has this mark, None when there is none (yet)."""

    async def transition(self, request: Transition) -> Made:
        """Change a ticket's status. An unknown ticket, or a change its tracker forbids, is Permanent."""


@runtime_checkable
class HoldsFiles(Protocol):
    """A tracker whose tickets people attach files to."""

    async def attached(self, ref: str) -> Attached:
        """What is known of an attachment by its reference, without its bytes. One that is not there is Permanent."""

    async def fetch(self, attached: Attached) -> bytes:
        """Its bytes. Raises Permanent for one that is not there, or that does not come within the time there is."""
