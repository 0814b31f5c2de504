"""The keys of an installation: where each kind is kept, made at first start, and replaced."""

from pathlib import Path
from secrets import token_bytes

from bot.key_folder import locked
from bot.settings import Settings
from integrations.postgres.keys import SigningKeys
from integrations.postgres.vault import Vault
from workflows.payloads.keyring import Keyring, open_keyring, rotate


def payload_keyring(folder: Path) -> Keyring:
    """The keys of what goes through Temporal, made at first start."""
    with locked(folder):
        return open_keyring(folder / "payloads.json")


def entry_keys(folder: Path) -> Vault:
    """The keys that entries are under lock with, made at first start."""
    with locked(folder):
        return Vault.at(folder / "entries.json")


def signing_keys(folder: Path) -> SigningKeys:
    """The key that signs the record's heads, made at first start."""
    with locked(folder):
        return SigningKeys.open(folder / "record.key")


def circle_key(folder: Path) -> bytes:
    """By which incidents are compared, made at first start; under another, what was asked is asked anew."""
    return _random_key(folder, "circle.key")


def answer_key(folder: Path) -> bytes:
    """Under which links that answer are made, made at first start; under another, those that were sent lead nowhere."""
    return _random_key(folder, "answers.key")


def _random_key(folder: Path, name: str) -> bytes:
    place = folder / name
    with locked(folder):
        if not place.exists() or not place.stat().st_size:
            place.touch(mode=0o600)
            place.write_bytes(token_bytes(32))
        return place.read_bytes()


def rotate_payload_key(settings: Settings) -> str:
    """A new key for what goes through Temporal; its id."""
    with locked(settings.keys) as folder:
        return rotate(folder / "payloads.json")


def rotate_entry_key(settings: Settings) -> str:
    """A new key that entries are under lock with; its id."""
    with locked(settings.keys) as folder:
        return Vault.rotate(folder / "entries.json").current


def rotate_signing_key(settings: Settings) -> str:
    """A new key that signs the record's heads; its id."""
    with locked(settings.keys) as folder:
        return SigningKeys.rotate(folder / "record.key").key_id
