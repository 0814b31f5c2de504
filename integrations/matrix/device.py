"""Muster's device on Matrix: signed in once, synced without end, its keys kept in its store.

Whatever speaks for the account in this process shares one device. Its keys and its place in the stream of events are in
one store (`kept.py`), and two processes on one store would each spoil what the other wrote: so the one that holds the
connection's lease opens it, for as long as it does.

Keys and the list of rooms follow the server at once; the place in the stream moves on only when what was said up to it
has been told. A process that dies in between is told it again.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from itertools import chain, repeat
from typing import Final

from nio import AsyncClient, MatrixRoom, SyncResponse

from integrations.matrix.account import MatrixAccount, asking_client, kept_client
from integrations.matrix.cross_signing import cross_sign, keys_of
from integrations.matrix.devices import Devices, SignedDevices
from integrations.matrix.failures import answered
from integrations.matrix.identity import device_is_signed
from integrations.matrix.kept import Keeping, KeptClient
from integrations.matrix.lost import examined, key_at_server, keys_uploaded, signed_in
from integrations.matrix.render import Json
from integrations.matrix.stream import told
from integrations.matrix.unread import LOOKED_EVERY_MS, Unread
from integrations.matrix.verification import in_groups
from playbooks.domain.errors import Denied, Permanent, ProviderError, Transient, Unavailable
from playbooks.domain.ids import ConnectionId
from playbooks.domain.saying import Saying, saying
from playbooks.ports.conversation import Listener, Unreadable
from playbooks.ports.device_store import DeviceStore
from playbooks.ports.lease import Held

_POLL: Final = 30_000
"""Milliseconds that the server holds a sync until something happens."""
_FIRST: Final = 60
"""Seconds for the sync that reads every room's state."""
_PATIENCE: Final = 5
"""Seconds until what the server has done is seen in the sync."""
_EXAMINED_EVERY_S: Final = 60.0
_PAUSES: Final = (0.2, 0.5, 1.0, 2.0)
_LONGEST_PAUSE: Final = 5.0
_log = logging.getLogger(__name__)


class MatrixDevice:
    """One device. While its lease is held it stays signed in, however long the homeserver is away."""

    def __init__(self, place: ConnectionId, account: MatrixAccount, store: DeviceStore) -> None:
        self._place = place
        self._account = account
        self._store = store
        self._lease: Held | None = None
        self._opening = asyncio.Lock()
        self._open: contextlib.AsyncExitStack | None = None
        self._client: KeptClient | None = None
        self._round = asyncio.Event()
        self._signed = SignedDevices(place)
        self._listener: Listener | None = None
        self._examined_again_at = 0.0
        self._fault: Denied | None = None

    def listen(self, listener: Listener) -> None:
        """Have everything that is said told; before the first use, or the device may have told it to nobody."""
        self._listener = listener

    async def client(self) -> AsyncClient:
        """The client, signed in and synced.

        Raises ProviderErrors: Transient where another process speaks, Denied when the token is not taken.
        """
        async with self._opening:
            if self._lease is None or not self.is_here:
                raise Transient(saying("vendor.another_speaks", who=self._place))
            if self._client is None:
                async with contextlib.AsyncExitStack() as stack:
                    self._client = await stack.enter_async_context(self._running(self._lease))
                    self._open = stack.pop_all()
            return self._client

    @property
    def is_here(self) -> bool:
        """Whether this process holds the lease."""
        return self._lease is not None and not self._lease.lost.is_set()

    @contextlib.asynccontextmanager
    async def held(self, lease: Held) -> AsyncIterator[None]:
        """Speak for the account for as long as the block runs, under this lease, and stay signed in."""
        self.take(lease)
        staying = asyncio.create_task(self._stay())
        try:
            yield
        finally:
            await _end((staying,))
            await self.close()

    def take(self, lease: Held) -> None:
        """Speak for the account from now on, under this lease; the device signs in when it is first needed."""
        self._lease = lease

    async def _stay(self) -> None:
        said = ""
        for pause in _pauses():
            try:
                await self.client()
            except ProviderError as error:
                if said != error.sentence:
                    _log.warning("%s is not signed in: %s", self._place, error.sentence)
                said = error.sentence
                await asyncio.sleep(pause)
            else:
                return

    @contextlib.asynccontextmanager
    async def asking(self) -> AsyncIterator[AsyncClient]:
        """A client of any process, for what is read without the device's keys."""
        client = asking_client(self._account)
        try:
            yield client
        finally:
            await client.close()

    async def health(self) -> Saying:
        """See `playbooks/ports/health.py`; any process may be asked."""
        async with self.asking() as client:
            who = await answered(self._place, client.whoami(), reads=True)
            held = await keys_of(self._place, client, who.user_id)
        signed = device_is_signed(held, who.user_id, who.device_id or "")
        at_server = key_at_server(held, who.user_id, who.device_id or "")
        await self._examined(who.user_id, who.device_id or "", at_server)
        key = in_groups(at_server)
        how = "signed" if signed else "unsigned" if key else "keyless"
        return saying(f"vendor.health.matrix.{how}", account=who.user_id, device=who.device_id, key=key)

    async def _examined(self, user: str, device: str, key: str) -> None:
        """Whether the kept keys are the device's; now and then, for the whole store is read."""
        now = asyncio.get_running_loop().time()
        if self._fault is None and now < self._examined_again_at:
            return
        self._fault, self._examined_again_at = None, now + _EXAMINED_EVERY_S
        try:
            with contextlib.suppress(Unavailable):
                await examined(self._place, self._account, self._store, user, device, key)
        except Denied as error:
            self._fault = error
            raise

    async def close(self) -> None:
        """Speak no more. The device signs off here, not at the server: it stays what it is."""
        self._lease = None
        async with self._opening:
            self._client = None
            if self._open is not None:
                await self._open.aclose()
                self._open = None

    async def room(self, id: str) -> MatrixRoom | None:
        """A room that the account is in, as soon as the sync shows it; None when it is in no such room."""
        client = await self.client()
        if id not in client.rooms:
            joined = await answered(self._place, client.joined_rooms(), reads=True)
            if id not in joined.rooms:
                return None
            await self.seen(lambda: id in client.rooms)
        return client.rooms[id]

    async def seen(self, so: Callable[[], bool]) -> None:
        """Wait until the sync shows it. Raises Transient when it does not in time."""
        try:
            async with asyncio.timeout(_PATIENCE):
                while not so():
                    await self._round.wait()
        except TimeoutError as error:
            raise Transient(saying("vendor.sync_lags", who=self._place)) from error

    async def send(self, room: str, content: Json, transaction: str, kind: str = "m.room.message") -> str:
        """Send to those in a room, to all devices or signed ones (`devices.py`), never unencrypted.

        Returns the event's id; the same transaction gives the same. Raises ProviderErrors.
        """
        client = await self.client()
        private = await self._private(room)
        await self._pump(client)
        if self._account.devices is Devices.SIGNED:
            await self._signed.choose(client, private)
        call = client.room_send(room, kind, content, tx_id=transaction, ignore_unverified_devices=True)
        sent = str((await answered(self._place, call)).event_id)
        if self._account.devices is Devices.SIGNED:
            await self._signed.tell(client, private)
        return sent

    async def _private(self, id: str) -> MatrixRoom:
        """A new room is seen before its encryption is: the server makes it event by event."""
        room = await self.room(id)
        if room is None:
            raise Permanent(saying("vendor.no_room", who=self._place, id=id), code="unknown_room")
        try:
            await self.seen(lambda: room.encrypted)
        except Transient as error:
            raise Permanent(
                saying("vendor.not_encrypted", who=self._place, id=id), code="not_encrypted"
            ) from error
        return room

    async def _pump(self, client: AsyncClient) -> None:
        """Exchange the keys that are due; nio does it by itself only in a loop of its own. Raises ProviderErrors."""
        if client.should_upload_keys:
            await keys_uploaded(self._place, client)
        if client.should_query_keys:
            await answered(self._place, client.keys_query(), reads=True)
        if client.should_claim_keys:
            await answered(self._place, client.keys_claim(client.get_users_for_key_claiming()), reads=True)
        await client.send_to_device_messages()

    @contextlib.asynccontextmanager
    async def _running(self, lease: Held) -> AsyncIterator[KeptClient]:
        keeping = Keeping(self._place, self._store, lease)
        await keeping.load(self._account.former)
        client = kept_client(self._place, self._account, keeping)
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(client.close)
            stack.push_async_callback(keeping.end)
            await self._sign_in(client)
            since = client.store.load_sync_token() if client.store else None
            first = await self._first(client, since)
            await self._cross_signed(client)
            tasks = self._started(client, first, since)
            stack.push_async_callback(_end, tasks)
            yield client

    async def _sign_in(self, client: AsyncClient) -> None:
        client.access_token = self._account.token.get_secret_value()
        who = await answered(self._place, client.whoami(), reads=True)
        await signed_in(self._place, client, who.user_id, who.device_id or "")

    async def _first(self, client: AsyncClient, since: str | None) -> SyncResponse:
        """The sync that reads every room's state, which nio keeps in memory alone."""
        try:
            async with asyncio.timeout(_FIRST):
                sync = await answered(self._place, client.sync(since=since, full_state=True), reads=True)
        except TimeoutError as error:
            raise Transient(
                saying("vendor.silent", who=saying("vendor.homeserver", place=self._place))
            ) from error
        await self._pump(client)
        return sync

    async def _cross_signed(self, client: AsyncClient) -> None:
        """Without it the device speaks too, and fewer see it: no reason not to speak."""
        try:
            await cross_sign(self._place, client, self._account.store_key.get_secret_value())
        except ProviderError as error:
            _log.warning("the device of %s is not signed by its account: %s", self._place, error.sentence)

    def _started(
        self, client: KeptClient, first: SyncResponse, since: str | None
    ) -> tuple[asyncio.Task[None], ...]:
        syncs: asyncio.Queue[SyncResponse] = asyncio.Queue()
        syncs.put_nowait(first)
        unread = Unread()
        return (
            asyncio.create_task(self._follow(client, syncs, unread)),
            asyncio.create_task(self._tell(client, syncs, since, unread)),
            asyncio.create_task(client.owed.settle(client)),
            asyncio.create_task(client.invitations.settle(client)),
        )

    async def _follow(
        self, client: AsyncClient, syncs: "asyncio.Queue[SyncResponse]", unread: Unread
    ) -> None:
        pauses, said = _pauses(), ""
        while True:
            try:
                wait = LOOKED_EVERY_MS if unread else _POLL
                syncs.put_nowait(await answered(self._place, client.sync(timeout=wait), reads=True))
                await self._pump(client)
                pauses, said = _pauses(), ""
            except ProviderError as error:
                if said != error.sentence:
                    _log.warning("the sync of %s pauses: %s", self._place, error.sentence)
                said = error.sentence
                await asyncio.sleep(next(pauses))
            self._round.set()
            self._round.clear()

    async def _tell(
        self, client: KeptClient, syncs: "asyncio.Queue[SyncResponse]", since: str | None, unread: Unread
    ) -> None:
        """Tell what each sync brought, and then move on. What was said before the device's first sync is history.

        Whoever takes over begins before what waits for its key here.
        """
        while True:
            sync = await syncs.get()
            if since is not None and self._listener is not None:
                await self._told(client, sync, since, unread, self._listener)
            since = sync.next_batch
            if client.store and not unread:
                client.store.save_sync_token(since)
            with contextlib.suppress(ProviderError):  # told again then, by whoever speaks by now
                await client.keeping.keep()

    async def _told(
        self, client: AsyncClient, sync: SyncResponse, since: str, unread: Unread, listener: Listener
    ) -> None:
        for pause in _pauses():
            try:
                async for heard in told(self._place, client, sync, since, unread):
                    if isinstance(heard, Unreadable):
                        _log.warning("%s could not decrypt a message of %s", self._place, heard.account)
                    await listener(heard)
            except ProviderError as error:
                _log.warning("the history of %s cannot be read: %s", self._place, error.code)
                await asyncio.sleep(pause)
            else:
                return


def _pauses() -> Iterator[float]:
    return chain(_PAUSES, repeat(_LONGEST_PAUSE))


async def _end(tasks: tuple[asyncio.Task[None], ...]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
