"""Who is still to be invited where, given as fast as the homeserver lets Muster: rooms first, their spaces after them.

Synapse by default takes ten invitations or other events of an account at once and then one in five seconds; and five
invitations of the same person, then one in five minutes. What it refuses may count all the same. So one loop alone
invites: side by side until it is asked to be slower, from then on one by one at that pace; whom the server does not let
in yet waits by herself, nobody behind her. Who waits is in the device's store: whichever process speaks next goes on.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import Final

from nio import AsyncClient, MatrixRoom

from integrations.matrix.failures import answered
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient
from playbooks.domain.saying import saying

_AT_ONCE: Final = 10
"""Invitations side by side: a server works on those into one room in turn, while others are on their way."""
_ONE_ALONE_S: Final = 10.0
"""A longer wait than this is one person's; a shorter one is the pace that the server asks of the account."""
_AGAIN_S: Final = 5.0
"""After an invitation that came to nothing for another reason, such as a homeserver that is away."""
_QUIET_S: Final = 60.0
"""After a refusal for so long the account goes at the pace that was asked of it."""
_HOLDS_UP_S: Final = 60.0
"""For so long what is to be said in a room waits for whoever is let in slowly; then it is said, and they come later."""
_SOON: Final = timedelta(milliseconds=100)
_TABLE: Final = """
CREATE TABLE IF NOT EXISTS invitation (
    room TEXT NOT NULL,
    account TEXT NOT NULL,
    is_space INTEGER NOT NULL,
    UNIQUE (room, account)
)"""
_ADD: Final = """
INSERT OR IGNORE INTO invitation (room, account, is_space) VALUES (?, ?, ?)"""
_DROP: Final = """
DELETE FROM invitation WHERE room = ? AND account = ?"""
_log: Final = logging.getLogger(__name__)

Whom = tuple[str, str]
"""A room, and an account that is to be invited into it."""


class InvitationRows:
    """Who waits, in the store of one device."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute(_TABLE)

    def add(self, room: str, accounts: Iterable[str], *, is_space: bool) -> None:
        """They wait, once each."""
        self._connection.executemany(
            _ADD,
            [(room, account, is_space) for account in accounts],
        )

    def drop(self, room: str, account: str) -> None:
        """She waits no more."""
        self._connection.execute(_DROP, (room, account))

    def all(self) -> list[Whom]:
        """In the order in which they are invited."""
        return list(self._connection.execute("SELECT room, account FROM invitation ORDER BY is_space, rowid"))


class Invitations:
    """Those of one connection; its rows are those of the client's store."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._asked = asyncio.Event()
        self._turn = asyncio.Event()
        self._refused: set[Whom] = set()
        self._not_before: dict[Whom, float] = {}
        self._pace_s = self._refused_at = 0.0
        self._held_up_at: float | None = None
        self._denied: Denied | None = None

    def ask(self, client: AsyncClient, room: MatrixRoom, accounts: Iterable[str], *, is_space: bool) -> None:
        """Have them invited who are not there yet."""
        new = [account for account in accounts if account not in room.users]
        self._refused -= {(room.room_id, account) for account in new}
        _rows(client).add(room.room_id, new, is_space=is_space)
        self._asked.set()

    async def invited(
        self, client: AsyncClient, room: MatrixRoom, accounts: Iterable[str], until: float
    ) -> tuple[set[str], set[str]]:
        """Have them invited into a room: whom the server does not let in, and who comes later.

        Raises Transient when the loop's clock shows `until` before all are invited, as long as that is worth waiting
        for: a call that the door gives up instead waits until nobody could be at it any more. Raises Denied.
        """
        wanted = set(accounts)
        self.ask(client, room, wanted, is_space=False)
        with suppress(TimeoutError):
            async with asyncio.timeout_at(until):
                while self._waiting(client, room) & wanted and self._denied is None:
                    await self._turn.wait()
        if self._denied is not None:
            raise self._denied
        later = self._waiting(client, room) & wanted
        if later and not self._is_held_up():
            raise Transient(saying("vendor.more_to_invite", left=len(later)), retry_after=_SOON)
        return {account for account in wanted if (room.room_id, account) in self._refused}, later

    def drop(self, client: AsyncClient, room: MatrixRoom, account: str) -> None:
        """Invite her no more."""
        _rows(client).drop(room.room_id, account)

    async def settle(self, client: AsyncClient) -> None:
        """Invite whoever waits, again and again, beside what goes on."""
        while True:
            due = self._due(client)
            if due:
                pauses = await asyncio.gather(*(self._invite(client, *whom) for whom in due))
                self._turn.set()
                self._turn.clear()
                self._pace_s += max(pauses)
                await asyncio.sleep(self._pace_s)
            else:
                await self._rest(client)

    async def _rest(self, client: AsyncClient) -> None:
        """Until somebody is asked for, or may be asked for again."""
        now = asyncio.get_running_loop().time()
        if not _rows(client).all():
            self._held_up_at = None
            self._not_before.clear()
        if now - self._refused_at > _QUIET_S:
            self._pace_s = 0.0
        self._asked.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(_AGAIN_S):
                await self._asked.wait()

    def _due(self, client: AsyncClient) -> list[Whom]:
        now = asyncio.get_running_loop().time()
        due = [whom for whom in _rows(client).all() if self._not_before.get(whom, now) <= now]
        return due[: 1 if self._pace_s else _AT_ONCE]

    async def _invite(self, client: AsyncClient, room: str, account: str) -> float:
        """Invite one; returns by how many seconds that was too early."""
        known, whom = client.rooms.get(room), (room, account)
        if known is None or account in known.users:
            _rows(client).drop(room, account)
            return 0.0
        try:
            self._denied = None
            await answered(self._place, client.room_invite(room, account))
        except Permanent as error:
            _log.info("%s is not let into %s: %s", account, room, error.code)
            self._refused.add(whom)
        except ProviderError as error:
            return self._put_off(client, whom, error)
        _rows(client).drop(room, account)
        return 0.0

    def _put_off(self, client: AsyncClient, whom: Whom, error: ProviderError) -> float:
        now = asyncio.get_running_loop().time()
        wish = (
            error.retry_after.total_seconds() if isinstance(error, Transient) and error.retry_after else 0.0
        )
        if self._held_up_at is None:
            self._held_up_at = now
            waiting = len(_rows(client).all())
            _log.warning(
                "%s: %d invitations wait and are given as the homeserver takes them (%s) "
                "docs/chat.md says how Muster's account is exempted from its limits.",
                self._place,
                waiting,
                error.sentence,
            )
        if 0.0 < wish <= _ONE_ALONE_S:
            self._refused_at = now
            return wish
        self._denied = error if isinstance(error, Denied) else None
        self._not_before[whom] = now + (wish or _AGAIN_S)
        return 0.0

    def _waiting(self, client: AsyncClient, room: MatrixRoom) -> set[str]:
        return {account for id, account in _rows(client).all() if id == room.room_id}

    def _is_held_up(self) -> bool:
        since, now = self._held_up_at, asyncio.get_running_loop().time()
        return since is not None and now - since > _HOLDS_UP_S


def _rows(client: AsyncClient) -> InvitationRows:
    rows: InvitationRows = client.store.invitations
    return rows
