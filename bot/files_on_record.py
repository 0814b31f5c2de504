"""What changes in the directory's files stands in the record, as what is changed by command does."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from bot.leased import every
from playbooks.directory.changes import changes, is_taken_at_its_word, known_from
from playbooks.directory.facts import Said
from playbooks.domain.entry import Entry
from playbooks.domain.errors import Unavailable
from playbooks.ports.record import Record

_LOOK_EVERY: Final = timedelta(seconds=10)
"""Rotas are read again while a process runs; and what could not be recorded is tried again."""


def digests(files: Mapping[str, Path | None]) -> dict[str, str]:
    """SHA-256 of each file there is, by what it is for."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files.items()
        if path is not None
    }


class FilesOnRecord:
    """Records what the files say and the record does not know yet; any number of processes may at once."""

    def __init__(
        self,
        record: Record,
        recorded: Callable[[], Awaitable[tuple[Entry, ...]]],
        now: Callable[[], datetime],
    ) -> None:
        """`recorded` gives the entries that tell of files, in any order. Raises Unavailable."""
        self._record = record
        self._recorded = recorded
        self._now = now

    async def pending(self, said: Said, files: Mapping[str, str]) -> tuple[Entry, ...]:
        """The entries that are still to be written. Raises Unavailable."""
        return changes(known_from(await self._recorded()), said, files, self._now())

    async def put(self, said: Said, files: Mapping[str, str]) -> None:
        """Record what changed; it stands when this returns. Raises Unavailable, and then nothing was recorded.

        Where another process with other files was quicker, what it wrote is what has changed since.
        """
        while entries := await self.pending(said, files):
            await self._record.append(entries)
            standing = await self._record.entries_by_id([entry.id for entry in entries])
            if all(is_taken_at_its_word(*pair) for pair in zip(entries, standing, strict=True)):
                return

    async def follow(
        self,
        said: Callable[[], Said],
        files: Callable[[], Mapping[str, str]],
        look_every: timedelta = _LOOK_EVERY,
    ) -> None:
        """Record what the files of this process say, now and as they change, until cancelled.

        Each state of its own once: two processes that go by other files do not answer one another.
        """
        stands: Said | None = None
        async for _ in every(look_every):
            says = said()
            if says != stands:
                with suppress(Unavailable, OSError):
                    await self.put(says, await asyncio.to_thread(files))
                    stands = says
