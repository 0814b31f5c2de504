"""Witnesses in other organizations, and what is remembered of what they cosigned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from playbooks.domain.document import Document
from playbooks.domain.proof.heads import SignedHead
from playbooks.domain.proof.notes import Note
from playbooks.domain.proof.witnessing import Ruling, Submission


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness said to a submission."""

    ruling: Ruling
    cosigned: Note | None = None
    """The newest checkpoint with its cosignature: of a witness that looks later, one from before."""
    stands: int = 0
    """The size that it cosigned last, where the ruling is OTHER_SIZE."""
    sentence: str = ""


class Witness(Protocol):
    """One witness, reached in its own way."""

    async def submit(self, submission: Submission) -> Answer:
        """Show it a checkpoint. Raises ProviderError where it does not answer."""


class Board(Protocol):
    """A place where heads are posted for people to keep; nobody answers."""

    async def post(self, id: str, document: Document) -> None:
        """Post it; `id` is the same for a repeat. Raises ProviderError."""


class PostedHeads(Protocol):
    """The heads of the log, and which of them was posted where."""

    async def newest(self) -> SignedHead | None:
        """The newest signed head."""

    async def closed_since(self, size: int) -> bool:
        """Whether an incident was closed by an entry that came into the log after `size` leaves."""

    async def posted(self, place: str) -> int:
        """The size posted there last; 0 before the first."""

    async def keep_posted(self, place: str, size: int) -> None:
        """Remember that a head was posted."""

    async def not_posted(self, place: str, sentence: str) -> None:
        """Remember that one could not be, and why."""


class Stamps(Protocol):
    """A time stamping authority."""

    async def stamp(self, said: bytes) -> bytes:
        """Its answer (a TimeStampResp of RFC 3161), found good. Raises ProviderError."""


class TimeStamps(Protocol):
    """The heads of the log, and which of them were stamped."""

    async def newest(self) -> SignedHead | None:
        """The newest signed head."""

    async def stamped(self, authority: str) -> int:
        """The size stamped last; 0 before the first."""

    async def keep_stamp(self, authority: str, size: int, response: bytes) -> None:
        """Keep what an authority answered."""


class WitnessedHeads(Protocol):
    """The heads of the log, and which of them were cosigned by whom."""

    async def newest(self) -> SignedHead | None:
        """The newest signed head."""

    async def path(self, old: int, new: int) -> tuple[bytes, ...]:
        """Proof that the log of `new` leaves begins with that of `old`; empty from 0."""

    async def last(self, witness: str) -> int:
        """The size that this witness cosigned last; 0 before the first."""

    async def keep(self, witness: str, note: Note) -> None:
        """Remember a checkpoint with its cosignature; a repeat is nothing."""

    async def refused(self, witness: str, sentence: str) -> None:
        """Remember that a witness refused, and why."""

    async def closed_since(self, size: int) -> bool:
        """Whether an incident was closed by an entry that came into the log after `size` leaves."""

    async def standing(self) -> Sequence["Standing"]:
        """How each witness stands, by name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a witness stands: the size it cosigned last, and what it refused since, if it did."""

    witness: str
    size: int
    refusal: str
