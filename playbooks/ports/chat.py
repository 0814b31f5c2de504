"""Chat: rooms and messages on one organization's chat account. Errors as in `write.py`."""

from typing import Protocol

from playbooks.domain.ids import PersonId
from playbooks.domain.organization import Duty
from playbooks.ports.write import Made, Message, Write


class OpenRoom(Write):
    """Open a private room; `name` is a code such as the incident's key, never a title."""

    name: str
    topic: str = ""
    """A code of the catalogue or a marking; shown to everybody who sees the room."""


class Post(Message):
    """Say something in a room, or in the thread below one of its messages."""

    room: str
    thread: str | None = None
    duties: tuple[Duty, ...] = ()
    """Whom it is for in the account's organization: a chat system that keeps a group for such a duty mentions that."""
    ends: str = ""
    """The consultation that is answered no more: where it is shown as a poll, that ends with this message."""


class UpdateMessage(Message):
    """Replace a message with another; the board that always shows how things stand."""

    room: str
    message: str


class Invite(Write):
    """Bring people into a room; those already there stay."""

    room: str
    people: tuple[PersonId, ...]
    keepers: tuple[PersonId, ...] | None = None
    """Who keeps order there, where the chat system has such people: these and nobody else; None changes nothing."""


class Remove(Write):
    """Take people out of a room; those who are not there are no matter."""

    room: str
    people: tuple[PersonId, ...]


class ArchiveRoom(Write):
    """Close a room to further messages; one already closed stays so."""

    room: str


class ChatPort(Protocol):
    """One account with one chat system."""

    async def open_room(self, request: OpenRoom) -> Made:
        """Open a room. A room of that name that this effect did not open is Permanent."""

    async def find_room(self, request: OpenRoom) -> Made | None:
        """The room that this very request opened, None when none is seen (yet)."""

    async def post(self, request: Post) -> Made:
        """Post a message. An unknown or archived room, or an unknown thread, is Permanent."""

    async def find_message(self, request: Post) -> Made | None:
        """The message that this very request posted, None when none is seen (yet)."""

    async def update_message(self, request: UpdateMessage) -> Made:
        """Replace a message. An unknown one is Permanent."""

    async def invite(self, request: Invite) -> Made:
        """Invite people; who could not be brought in is `missing` in the answer, without an error."""

    async def remove(self, request: Remove) -> Made:
        """Take people out; who has no account there is not there. An unknown room is Permanent."""

    async def archive_room(self, request: ArchiveRoom) -> Made:
        """Archive a room. An unknown one is Permanent."""
