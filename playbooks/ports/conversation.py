"""What people say in a chat system, and the answer to it; the commands' way in, beside the effects' way out.

A line is told at least once: after a crash again. Its `id` is the same each time, so the ledger takes it once.
An answer is no effect: it goes to whoever spoke, says what the ledger has, and may get lost.
"""

from collections.abc import Awaitable, Callable
from typing import Protocol

from pydantic import AwareDatetime, BaseModel, ConfigDict

from playbooks.domain.attached import FileElsewhere
from playbooks.domain.document import Document
from playbooks.domain.ids import EffectId


class Said(BaseModel):
    """One line of a person in a room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    """The chat system's own, unique there."""
    room: str
    account: str
    """Whose line it is, as the chat system proves it."""
    text: str
    thread: str | None = None
    """The message that it is said below; None in the room itself."""
    replies_to: str | None = None
    """The message that it is put as a reply to, in the room itself, where the chat system has that beside threads."""
    files: tuple[FileElsewhere, ...] = ()
    """What was put there with it."""
    said_at: AwareDatetime


class Changed(BaseModel):
    """Somebody put other words in the place of a line of theirs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    room: str
    account: str
    message: str
    text: str


class Withdrawn(BaseModel):
    """Somebody took back a line, or a sign."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    room: str
    account: str
    message: str


class Signed(BaseModel):
    """Somebody put a sign, such as a thumb, to a line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    room: str
    account: str
    message: str
    sign: str


class Unreadable(BaseModel):
    """Somebody said something that could not be decrypted; what it was is not known, and will not be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    room: str
    account: str
    said_at: AwareDatetime


class Invited(BaseModel):
    """Somebody wants Muster in a room."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    room: str
    account: str


class Replaced(BaseModel):
    """Somebody says that a room goes on in another."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    room: str
    account: str
    by: str
    """The room that it is to go on in."""


class Doubted(BaseModel):
    """Somebody's client wants to compare emoji with ours, to see that it is us."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    account: str
    room: str = ""
    """Where it was asked; empty where it was put to our device alone."""
    device: str = ""
    """The device that asked ours."""


Heard = Said | Changed | Withdrawn | Signed | Unreadable | Invited | Replaced | Doubted
Listener = Callable[[Heard], Awaitable[None]]


class Conversation(Protocol):
    """One account's ears and voice."""

    def listen(self, listener: Listener) -> None:
        """Have everything that is said told from now on; what is not finished when the process ends is told again."""

    async def answer(self, said: Said, document: Document, *, privately: bool = False) -> None:
        """Answer a line in its thread, or in a room of its speaker alone. Raises ProviderErrors."""

    async def overheard(self, said: Said) -> bool:
        """Whether an answer in the room is read by others than the speaker. Raises ProviderErrors."""

    async def decline(self, doubted: Doubted) -> str:
        """End a comparison that never comes; the key by which our device is known. Raises ProviderErrors."""

    async def line(self, room: str, message: str) -> tuple[Said, str] | None:
        """What a person said in a message, and its address; None where there is none of hers. Raises ProviderErrors."""

    async def join(self, room: str) -> None:
        """Follow an invitation. Raises ProviderErrors."""

    async def follow(self, room: str) -> None:
        """Go where a room goes on, if whoever says so may, and that room says so too. Raises ProviderErrors."""

    async def opened_by(self, room: str) -> EffectId | None:
        """The effect that opened a room; None for a room that Muster did not open."""
