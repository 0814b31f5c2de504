"""The keys that payloads are encrypted with: the newest writes, all of them read."""

import json
import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict, SecretBytes

from playbooks.domain.errors import Unavailable

_KEY_BYTES = 32


class Keyring(BaseModel):
    """AES-256 keys by id, in the order in which they were made."""

    model_config = ConfigDict(frozen=True)

    keys: dict[str, SecretBytes]

    @property
    def current(self) -> str:
        """The id of the key that writes."""
        return list(self.keys)[-1]

    def key(self, key_id: str) -> bytes:
        """The key of this id. Raises Unavailable when it is not here."""
        if key_id not in self.keys:
            raise Unavailable(
                f"The payload key “{key_id}” is not in the keyring; restore it from its backup."
            )
        return self.keys[key_id].get_secret_value()


def open_keyring(path: Path) -> Keyring:
    """Read the keyring of a file, making the file with one key at first start (mode 0600, outside the database)."""
    if not path.exists():
        rotate(path)
    stored: dict[str, str] = json.loads(path.read_text("ascii"))
    return Keyring(keys={key_id: SecretBytes(bytes.fromhex(key)) for key_id, key in stored.items()})


def rotate(path: Path) -> str:
    """Add a key that writes from now on and return its id; the older ones go on reading."""
    stored: dict[str, str] = json.loads(path.read_text("ascii")) if path.exists() else {}
    key_id = f"k{len(stored) + 1}"
    stored[key_id] = os.urandom(_KEY_BYTES).hex()
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        json.dump(stored, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.rename(path)
    return key_id
