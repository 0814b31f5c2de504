"""The record: what was decided, once and for ever; every timeline, report and export is a view of it."""

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from playbooks.domain.command import Verdict
from playbooks.domain.entry import Entry
from playbooks.domain.ids import CommandId, EntryId, IncidentKey

Settlement = tuple[CommandId, Verdict]
"""A command and the verdict it gets."""

Placed = tuple[int | None, Entry]
"""An entry with its position in its tree, counted from 1; None until the sequencer has integrated it."""


class Record(Protocol):
    """The append-only log. Writers never wait for one another; the sequencer gives positions afterwards."""

    async def append(self, entries: Sequence[Entry], *, verdict: Settlement | None = None) -> None:
        """Record these entries, and the verdict that rests on them, in one transaction.

        Each entry id is taken once: the first stands, a repeat is silently nothing; likewise the verdict.
        Raises Unavailable when the record cannot be reached; then nothing of it was recorded.
        """

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
