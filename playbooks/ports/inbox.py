"""Inbox and outbox: what must reach a workflow or the world is committed here and carried on from here."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.entry import Entry
from playbooks.ports.record import Settlement


class Letter(BaseModel):
    """Something for one workflow: an answer, an acknowledgement, a message. Codes only."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Taken once: the same letter again is nothing."""
    recipient: str
    """The workflow's id."""
    body: Mapping[str, Any]


class Errand(BaseModel):
    """Something for a relay to do: start a workflow for a new group of alerts, publish a head. Codes only."""

    model_config = ConfigDict(frozen=True)

    id: str
    """Taken once: the same errand again is nothing."""
    kind: str
    body: Mapping[str, Any]
    attempts: int = 0
    """How often it was taken in hand before."""
    created_at: datetime | None = None
    """Given by the database."""


class Inbox(Protocol):
    """Letters to workflows; a relay carries them as batched signals (docs/decisions/answers-by-inbox.md)."""

    async def commit(
        self,
        letters: Sequence[Letter],
        *,
        entries: Sequence[Entry] = (),
        verdict: Settlement | None = None,
    ) -> None:
        """Store letters, with the entries and the verdict of the same decision, in one transaction."""

    def batch(self, limit: int = 100) -> AbstractAsyncContextManager[Sequence[Letter]]:
        """Take undelivered letters, oldest first, away from other relays.

        Leaving without an error marks them delivered; on an error they stay. A relay that dies in between
        delivers again: the receiver takes each id once.
        """

    def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """Yield at once, whenever something may have come in, and at least once in `every`; for a relay's loop."""


class ErrandBatch(Protocol):
    """Errands taken in hand together."""

    @property
    def errands(self) -> Sequence[Errand]:
        """What to do, oldest first."""

    def done(self, id: str) -> None:
        """Say that one is done; it is marked when the batch ends, also when a later one raises."""


class Outbox(Protocol):
    """Errands for a relay."""

    async def post(
        self,
        errands: Sequence[Errand],
        *,
        entries: Sequence[Entry] = (),
        verdict: Settlement | None = None,
    ) -> None:
        """Store errands, with the entries and the verdict of the same decision, in one transaction."""

    def batch(self, limit: int = 100) -> AbstractAsyncContextManager[ErrandBatch]:
        """Take errands, oldest first, away from other relays.

        Those not said to be done come again, with one attempt more.
        """

    def arrivals(self, every: timedelta) -> AsyncIterator[None]:
        """Yield at once, whenever something may have come in, and at least once in `every`; for a relay's loop."""
