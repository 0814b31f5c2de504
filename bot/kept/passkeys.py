"""The public halves of everybody's passkeys on this machine, for when the database is away."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.kept.sealed import Seal, put
from playbooks.ports.signin import Passkey

_NAME: Final = "passkeys"


class _Known(BaseModel):
    model_config = ConfigDict(frozen=True)

    passkeys: tuple[Passkey, ...]


class PasskeyCopy:
    """One file under the machine's key: nobody puts a passkey of her own into it. Public keys alone sign nobody in."""

    def __init__(self, folder: Path, key: bytes) -> None:
        self._place = folder / f"{_NAME}.sealed"
        self._seal = Seal(key)

    def write(self, passkeys: Iterable[Passkey]) -> None:
        """Keep these and no others; the same again is not written again."""
        known = _Known(passkeys=tuple(passkeys))
        if self.read() != known.passkeys:
            put(self._place, self._seal.seal(known.model_dump_json().encode(), _NAME))

    def read(self) -> tuple[Passkey, ...] | None:
        """Those that are kept; None where there is no file, or one that somebody spoiled."""
        try:
            said = self._seal.open(self._place.read_bytes(), _NAME)
            return None if said is None else _Known.model_validate_json(said).passkeys
        except (OSError, ValidationError):
            return None
