"""Lines that could not enter the ledger, each an encrypted file, until whoever gave it says what becomes of it."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.kept.sealed import Seal, put
from playbooks.domain.ids import CommandId, ConnectionId, IncidentKey, PersonId

HELD_FOR: Final = timedelta(hours=4)
"""After that the situation is another one, and the line must be given again."""
_TOLD_FOR: Final = timedelta(days=7)
"""So long it is told that a line was never carried out."""
_SUFFIX: Final = ".kept"


class KeptLine(BaseModel):
    """What somebody typed, where and when; under the command's id it was to have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: CommandId
    person: PersonId
    line: str
    incident: IncidentKey | None
    given_at: AwareDatetime
    via: ConnectionId | None = None
    """The connection that it was given over; None for Muster's own rooms."""
    unsure: bool = False
    """The ledger may have taken it all the same."""

    @property
    def id(self) -> str:
        """What people call it: `K-` and six digits, the same for the same command."""
        return f"K-{_digest(self.command_id)[:6]}"

    def expired(self, now: datetime) -> bool:
        """Whether it can no longer be carried out."""
        return now - self.given_at > HELD_FOR


class KeptLines:
    """A folder of them, for its owner alone; read and written only while something is kept."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._folder = folder
        self._seal = Seal(key)

    def keep(self, line: KeptLine) -> None:
        """Keep a line so that it outlives this process and this machine's power; the same again is the same file."""
        place = self._folder / f"{_digest(line.command_id)}{_SUFFIX}"
        put(place, self._seal.seal(line.model_dump_json().encode(), place.name))

    def of(self, person: PersonId, now: datetime) -> tuple[KeptLine, ...]:
        """A person's, the oldest first; what was told long enough is forgotten."""
        mine = []
        for line in self._all():
            if now - line.given_at > _TOLD_FOR:
                self.drop(line)
            elif line.person == person:
                mine.append(line)
        return tuple(sorted(mine, key=lambda line: line.given_at))

    def drop(self, line: KeptLine) -> None:
        """Keep it no longer."""
        (self._folder / f"{_digest(line.command_id)}{_SUFFIX}").unlink(missing_ok=True)

    def _all(self) -> Iterator[KeptLine]:
        """All that can be read; a file that somebody spoiled is no line."""
        for place in sorted(self._folder.glob(f"*{_SUFFIX}")):
            with suppress(OSError, ValidationError):
                if said := self._seal.open(place.read_bytes(), place.name):
                    yield KeptLine.model_validate_json(said)


def _digest(command: CommandId) -> str:
    return hashlib.sha256(command.encode()).hexdigest()[:32]
