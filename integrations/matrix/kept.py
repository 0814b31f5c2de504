"""The store of a device, kept where the next process finds it: nothing leaves before what it changed is kept.

matrix-nio keeps keys in SQLite. Here that stands in memory, and its image is kept in sectors through the port; a
request to the homeserver goes out when the changes before it are kept under the lease. So no two processes ever use
the same step of a ratchet, however long one of them stood still.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Final

from aiohttp import ClientResponse
from nio import AsyncClient
from nio.crypto import OlmDevice
from nio.store import SqliteMemoryStore

from integrations.matrix.invitations import InvitationRows, Invitations
from integrations.matrix.owed import OwedKeys
from integrations.matrix.owed_rows import OwedRows
from playbooks.domain.errors import Conflict, Transient, Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.domain.saying import saying
from playbooks.ports.device_store import SECTOR, DeviceStore
from playbooks.ports.lease import Held

_ASKED_AGAIN_AFTER: Final = 5.0
_ONE_TIME_KEYS: Final = "/keys/upload"
_LOST: Final = """
CREATE TABLE IF NOT EXISTS lost_device (device TEXT PRIMARY KEY)"""
_LOST_ROW: Final = """
SELECT 1 FROM lost_device WHERE device = ?"""
_LOSE: Final = """
INSERT OR IGNORE INTO lost_device (device) VALUES (?)"""
_FIND: Final = """
DELETE FROM lost_device WHERE device = ?"""
_log: Final = logging.getLogger(__name__)


class ImageStore(SqliteMemoryStore):  # type: ignore[misc]  # nio has no types
    """nio's store in memory, which begins as an image.

    nio asks it a dozen times for each device that a room's key goes to, and nobody else is served meanwhile: what it
    has in memory anyway is answered from there, and its models are bound without looking for others.
    """

    def __init__(self, user_id: str, device_id: str, pickle_key: str, image: bytes) -> None:
        self._image = image
        self._account: object = None
        super().__init__(user_id, device_id, pickle_key)
        self.owed = OwedRows(self.database.connection())
        self.invitations = InvitationRows(self.database.connection())
        self.database.connection().execute(_LOST)

    def is_device_verified(self, device: OlmDevice) -> bool:
        """As it was loaded, and as nio writes it down with each change."""
        return bool(device.verified)

    def is_device_blacklisted(self, device: OlmDevice) -> bool:
        """Likewise."""
        return bool(device.blacklisted)

    def is_device_ignored(self, device: OlmDevice) -> bool:
        """Likewise."""
        return bool(device.ignored)

    def _get_account(self) -> object:
        """The row that others refer to; what else it says nio reads once, at the beginning."""
        self._account = self._account or super()._get_account()
        return self._account

    def _create_database(self) -> object:
        database = super()._create_database()
        database.bind_ctx = partial(database.bind_ctx, bind_refs=False, bind_backrefs=False)
        return database

    def _get_store_version(self) -> int:
        """What nio asks first, as soon as there is a database."""
        if self._image:
            self.database.connection().deserialize(self._image)
        version: int = super()._get_store_version()
        return version

    @property
    def identity(self) -> str:
        """The key by which the device is known; empty where the store has none of it."""
        account = self.load_account()
        return str(account.identity_keys["ed25519"]) if account else ""

    @property
    def is_lost(self) -> bool:
        """Whether the homeserver refused this device's keys, for it has others."""
        rows = self.database.connection().execute(_LOST_ROW, (self.device_id,))
        return rows.fetchone() is not None

    def lose(self, *, is_lost: bool) -> None:
        """Remember that, for whoever asks how the device stands."""
        self.database.connection().execute(_LOSE if is_lost else _FIND, (self.device_id,))

    @property
    def image(self) -> bytes:
        """As it stands."""
        connection: sqlite3.Connection = self.database.connection()
        return connection.serialize()

    @property
    def changes(self) -> int:
        """Grows with every row that changes."""
        connection: sqlite3.Connection = self.database.connection()
        return connection.total_changes


class Keeping:
    """Keeps one device's store under one lease."""

    def __init__(self, connection: ConnectionId, store: DeviceStore, lease: Held) -> None:
        self._connection = connection
        self._store = store
        self._lease = lease
        self._opened: ImageStore | None = None
        self._image = self._first = b""
        """As it is kept, and as it began."""
        self._changes = -1
        self._one = asyncio.Lock()
        self._is_over = False
        self._away_until = 0.0
        """By the loop's clock: until then the database is not asked again, so that people are answered at once."""

    async def load(self, former: Path | None = None) -> None:
        """Read what is kept; where nothing is, begin with the file `former` if there is one. Raises Transient."""
        try:
            self._image = self._first = joined(await self._store.sectors(self._connection))
        except Unavailable as error:
            raise Transient(
                saying("vendor.store_unread", who=self._connection, said=error.wording)
            ) from error
        if not self._first and former is not None and former.exists():
            self._first = former.read_bytes()

    def open(self, user: str, device: str, _folder: str, key: str, _name: str) -> ImageStore:
        """What nio calls for its store."""
        self._opened = ImageStore(user, device, key, self._first)
        return self._opened

    async def keep(self, *, speaking: bool = False) -> None:
        """Keep what changed; asked before anything is said, also where nothing did. Raises Transient elsewhere.

        While the database is away nobody can take the lease: then whoever has it goes on.
        """
        async with self._one:
            if self._is_over or self._lease.lost.is_set():
                raise _elsewhere(self._connection)
            store = self._opened
            has_changed = store is not None and store.changes != self._changes
            now = asyncio.get_running_loop().time()
            if store is None or not (has_changed or speaking) or now < self._away_until:
                return
            changes, image = (store.changes, store.image) if has_changed else (self._changes, self._image)
            try:
                await self._store.keep(self._connection, self._lease, changed(self._image, image))
            except Conflict as error:
                raise _elsewhere(self._connection) from error
            except Unavailable as error:
                _log.warning("the store of %s is not kept now: %s", self._connection, error.code)
                self._away_until = asyncio.get_running_loop().time() + _ASKED_AGAIN_AFTER
            else:
                self._changes, self._image = changes, image

    async def end(self) -> None:
        """Keep what is left, if it may be; after that nothing more is kept, and nothing leaves."""
        with suppress(Transient):
            await self.keep()
        self._is_over = True


class KeptClient(AsyncClient):  # type: ignore[misc]  # nor has its client
    """A client whose every request waits until what was changed before it is kept."""

    keeping: Keeping
    owed: OwedKeys
    invitations: Invitations

    async def share_group_session(self, room_id: str, *args: object, **kwargs: object) -> object:
        """See nio, which asks for it before anything is said in a room; whom it leaves out is owed the key.

        What else is to be said there waits meanwhile; where no one-time keys could be had nio leaves it waiting.
        """
        try:
            shared = await super().share_group_session(room_id, *args, **kwargs)
        finally:
            if (waited_for := self.sharing_session.pop(room_id, None)) is not None:
                waited_for.set()
        self.owed.shared(self, room_id)
        return shared

    async def send(self, method: str, path: str, *args: object, **kwargs: object) -> ClientResponse:
        """See nio. Raises Transient where another process speaks for the device by now.

        nio keeps one-time keys only when it hears that they were taken. If that word is lost, the next ones would bear
        the same names, which the server never takes: the device could not sign in any more.
        """
        if self.olm and path.partition("?")[0].endswith(_ONE_TIME_KEYS):
            self.olm.save_account()
        await self.keeping.keep(speaking=method != "GET")
        response: ClientResponse = await super().send(method, path, *args, **kwargs)
        return response


def changed(before: bytes, after: bytes) -> dict[int, bytes]:
    """The sectors of an image that are others than they were."""
    sectors = range(0, len(after), SECTOR)
    return {
        at // SECTOR: after[at : at + SECTOR]
        for at in sectors
        if after[at : at + SECTOR] != before[at : at + SECTOR]
    }


def joined(sectors: Mapping[int, bytes]) -> bytes:
    """The image that these sectors are."""
    return b"".join(sectors[number] for number in sorted(sectors))


def _elsewhere(place: str) -> Transient:
    return Transient(saying("vendor.another_speaks", who=place))
