"""Lines that could not enter the ledger, each an encrypted file, until whoever gave it says what becomes of it."""

import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from bot.key_folder import locked
from playbooks.domain.ids import CommandId, IncidentKey, PersonId

HELD_FOR: Final = timedelta(hours=4)
"""After that the situation is another one, and the line must be given again."""
_TOLD_FOR: Final = timedelta(days=7)
"""So long it is told that a line was never carried out."""
_NONCE: Final = 12
_SUFFIX: Final = ".kept"


class KeptLine(BaseModel):
    """What somebody typed, where and when; under the command's id it was to have."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    command_id: CommandId
    person: PersonId
    line: str
    incident: IncidentKey | None
    given_at: AwareDatetime

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
        self._cipher = AESGCM(key)

    def keep(self, line: KeptLine) -> None:
        """Keep a line so that it outlives this process and this machine's power; the same again is the same file."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        nonce = secrets.token_bytes(_NONCE)
        place = self._folder / f"{_digest(line.command_id)}{_SUFFIX}"
        draft = place.with_suffix(f".{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(
                nonce + self._cipher.encrypt(nonce, line.model_dump_json().encode(), place.name.encode())
            )
            file.flush()
            os.fsync(file.fileno())
        draft.replace(place)
        _settle(self._folder)

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
            try:
                sealed = place.read_bytes()
                said = self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], place.name.encode())
                yield KeptLine.model_validate_json(said)
            except (OSError, InvalidTag, ValidationError, ValueError):
                continue


def kept_key(folder: Path) -> bytes:
    """The key of this machine's kept lines, made where there is none; losing it loses what is kept and nothing else."""
    place = folder / "kept.key"
    with locked(folder):
        if not place.exists() or not place.stat().st_size:
            place.touch(mode=0o600)
            place.write_bytes(AESGCM.generate_key(256))
        return place.read_bytes()


def _settle(folder: Path) -> None:
    """The folder's own entry reaches the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _digest(command: CommandId) -> str:
    return hashlib.sha256(command.encode()).hexdigest()[:32]
