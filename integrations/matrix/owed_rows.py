"""Which keys of rooms are owed, and to whom: kept in the device's own store, for whichever process speaks next."""

import sqlite3
from collections.abc import Iterable
from typing import Final, NamedTuple

_MOST: Final = 5_000
"""Debts that are remembered, the latest: of ten devices, with a hundred messages to each key, weeks of an incident."""
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS owed_key (
    room TEXT NOT NULL,
    session TEXT NOT NULL,
    pickle BLOB NOT NULL,
    account TEXT NOT NULL,
    device TEXT NOT NULL,
    UNIQUE (session, account, device)
)"""
_ANY: Final = ""
"""In the place of a device: whichever the account has, which its homeserver did not say."""
_ADD: Final = """
INSERT OR IGNORE INTO owed_key (room, session, pickle, account, device) VALUES (?, ?, ?, ?, ?)"""
_FORGET: Final = """
DELETE FROM owed_key WHERE rowid <= (SELECT rowid FROM owed_key ORDER BY rowid DESC LIMIT 1 OFFSET ?)"""
_NAME: Final = """
INSERT OR IGNORE INTO owed_key (room, session, pickle, account, device)
SELECT room, session, pickle, account, ? FROM owed_key WHERE account = ? AND device = ''"""
_DROP: Final = """
DELETE FROM owed_key WHERE account = ? AND device = ? AND session = ifnull(?, session)"""

Whose = tuple[str, str]
"""An account and one of its devices."""


class Owed(NamedTuple):
    """The key of one session of a room."""

    room: str
    session: str
    pickle: bytes
    """The session as it was before anything was said under it, locked as nio locks what it keeps."""


class OwedRows:
    """What the store of one device owes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(_TABLE)

    def add(self, owed: Owed, devices: Iterable[Whose], accounts: Iterable[str]) -> None:
        """Owe it to these devices, and to whichever these accounts turn out to have."""
        whose = (*sorted(devices), *((account, _ANY) for account in sorted(accounts)))
        self._connection.executemany(_ADD, [(*owed, *each) for each in whose])
        self._connection.execute(_FORGET, (_MOST,))

    def accounts(self) -> set[str]:
        """Whose devices are not known yet."""
        rows = self._connection.execute("SELECT DISTINCT account FROM owed_key WHERE device = ?", (_ANY,))
        return {account for (account,) in rows}

    def name(self, account: str, devices: Iterable[str]) -> None:
        """These are its devices: what the account is owed, they are."""
        self._connection.executemany(_NAME, [(device, account) for device in devices])
        self.drop((account, _ANY))

    def devices(self) -> set[Whose]:
        """Whatever device is owed something."""
        return set(
            self._connection.execute(
                "SELECT DISTINCT account, device FROM owed_key WHERE device <> ?", (_ANY,)
            )
        )

    def to(self, whose: Whose) -> list[Owed]:
        """All that this device is owed, in the order in which it came."""
        rows = self._connection.execute(
            "SELECT room, session, pickle FROM owed_key WHERE account = ? AND device = ? ORDER BY rowid",
            whose,
        )
        return [Owed(*row) for row in rows]

    def drop(self, whose: Whose, session: str | None = None) -> None:
        """It is owed this no more, or nothing."""
        self._connection.execute(_DROP, (*whose, session))
