"""The record: what was decided, once and for ever; every timeline, report and export is a view of it."""

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Protocol

from pydantic import BaseModel, ConfigDict

from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey

Settlement = tuple[CommandId, Verdict]
"""A command and the verdict it gets."""

Placed = tuple[int | None, Entry]
"""An entry with its position in its tree, counted from 1; None until the sequencer has integrated it."""


class Decision(BaseModel):
    """What one who judges decided at one go; `judge` names who it is, as the others call it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int | None = None
    """Its place among the decisions of this judge, from 1; None where each stands by itself."""
    cause: str
    """The command, or whatever else is decided on once."""
    entries: tuple[Entry, ...]
    verdict: Verdict | None = None


class Record(Protocol):
    """The append-only log. Writers never wait for one another; the sequencer gives positions afterwards."""

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """Record these entries, and the verdict that rests on them, in one transaction.

        Each entry id is taken once: the first stands, a repeat is silently nothing; likewise the verdict.
        Raises Unavailable when the record cannot be reached; then nothing of it was recorded.
        """

    async def decide(
        self, judge: str, decision: Decision, *, settles: CommandId | None = None
    ) -> tuple[Decision, ...]:
        """Record a decision, and the verdict on the command `settles`, in one transaction.

        A judge decides each cause once, and each number once. Returns nothing when it stands as it was given, and
        otherwise what stands in its stead: every decision of this judge from that number on, and the one on the same
        cause, in order and without people's words. Then nothing was recorded. Raises Unavailable.
        """

    async def decided(self, incident: IncidentKey) -> Mapping[str, int]:
        """How many decisions each judge of an incident has taken; one that took none is missing."""

    def entries(self, incident: IncidentKey | None, after: int = 0) -> AsyncIterator[Placed]:
        """Read an incident's entries in order after position `after`; None is the installation's own log.

        Positions count from 1. Entries not yet integrated come last, without one, in the order they came in.
        """

    async def entries_by_id(self, ids: Sequence[EntryId]) -> tuple[Entry, ...]:
        """Find entries by id, in the order asked for; unknown ids are left out."""

    def changes(self) -> AsyncIterator[IncidentKey]:
        """Yield the key of an incident whenever entries of it are appended or integrated, for live pages.

        A hint, not a queue: read from where you stood. Several changes may be told once. The empty key, also told
        at the start, means that hints may have been missed: look at every incident you show.
        """
