"""A house for tests on a real homeserver: Muster's account and device, and a person with a client of her own."""

import asyncio
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nio import AsyncClient, AsyncClientConfig, MegolmEvent, RoomMessageNotice, RoomMessageText, SyncResponse

from integrations.matrix.account import MatrixAccount
from integrations.matrix.chat import MatrixChat
from integrations.matrix.device import MatrixDevice
from integrations.simulated.device_store import SimulatedDeviceStore
from playbooks.domain.connection import Connection, Vendor, connection_id
from playbooks.domain.document import Document, paragraph
from playbooks.domain.ids import EffectId
from playbooks.domain.marking import Marking
from playbooks.ports.chat import Invite, OpenRoom, Post
from tests.contract.chat import DUTY_OFFICER
from tests.contract.samples import MESSAGE, UNHCR, some_id
from tests.synapse import Synapse

CONNECTION = Connection(
    id=connection_id(UNHCR, "matrix"), organization=UNHCR, vendor=Vendor.MATRIX, ceiling=Marking.AMBER_STRICT
)
WITHIN = 40


class Person:
    """Somebody with a client of her own, who joins what she is invited to and trusts whoever is there."""

    def __init__(self, homeserver: Synapse, name: str, store: Path) -> None:
        store.mkdir()
        self.account = homeserver.account(name)
        config = AsyncClientConfig(encryption_enabled=True, store_sync_tokens=False)
        self.client = AsyncClient(homeserver.url, self.account, store_path=str(store), config=config)
        self.client.restore_login(self.account, "PHONE", homeserver.token(name, "PHONE"))
        self.read: list[RoomMessageText | RoomMessageNotice] = []
        self.unread: list[MegolmEvent] = []

    async def sync(self) -> None:
        sync = await self.client.sync(timeout=200)
        assert isinstance(sync, SyncResponse), sync
        for room in list(self.client.invited_rooms):  # again where a join over federation came to nothing
            await self.client.join(room)
        for joined in sync.rooms.join.values():
            events = joined.timeline.events
            self.read += [event for event in events if isinstance(event, RoomMessageText | RoomMessageNotice)]
            self.unread += [event for event in events if isinstance(event, MegolmEvent)]
        if self.client.should_upload_keys:
            await self.client.keys_upload()
        if self.client.should_query_keys:
            await self.client.keys_query()
        if self.client.should_claim_keys:
            await self.client.keys_claim(self.client.get_users_for_key_claiming())
        await self.client.send_to_device_messages()

    async def until_read(self, words: str) -> RoomMessageText | RoomMessageNotice:
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            for message in self.read:
                if words in message.body:
                    return message
            await self.sync()
        raise AssertionError(f"“{words}” was not read; {len(self.unread)} messages could not be decrypted")

    async def until_there(self, room: str, account: str) -> None:
        """Until this account has joined the room."""
        deadline = time.monotonic() + WITHIN
        while time.monotonic() < deadline:
            known = self.client.rooms.get(room)
            if known is not None and account in set(known.users) - set(known.invited_users):
                return
            await self.sync()
        raise AssertionError(f"{account} did not come")

    async def say(self, room: str, words: str) -> str:
        return await self.put(room, "m.room.message", {"msgtype": "m.text", "body": words})

    async def put(self, room: str, kind: str, content: dict[str, Any]) -> str:
        """Any event, as her client would send it."""
        sent = await self.client.room_send(room, kind, content, ignore_unverified_devices=True)
        return str(sent.event_id)


class Lease:
    """A lease that is held until the test takes it away; the later one has the higher token."""

    name = "matrix"

    def __init__(self, token: int) -> None:
        self.token = token
        self.lost = asyncio.Event()


async def until(so: Callable[[], bool]) -> None:
    async with asyncio.timeout(WITHIN):
        while not so():
            await asyncio.sleep(0.02)


class House:
    """One test's Muster account and people."""

    def __init__(self, homeserver: Synapse, folder: Path) -> None:
        self.homeserver = homeserver
        self.folder = folder
        self.turns = 0
        self.mark = uuid.uuid4().hex[:8]
        self.duty = Person(homeserver, f"duty-{self.mark}", folder / "duty")
        self.account = MatrixAccount.model_validate(
            {
                "homeserver": homeserver.url,
                "token": homeserver.token(f"muster-{self.mark}", "MUSTER"),
                "store_key": "a key of this test",
            }
        )
        self.store = SimulatedDeviceStore()
        self.device = self.new_device()
        self.open = OpenRoom(effect_id=self.id("room.open"), name=f"INC-{self.mark}", topic="TLP:AMBER")

    def new_device(self) -> MatrixDevice:
        """The same device after a start, or in another process: nothing but its store is left of the one before."""
        self.device = self.other_device()
        self.device.take(Lease(self.turns))
        return self.device

    def other_device(self) -> MatrixDevice:
        """The device as it is in a process whose turn it is not."""
        self.turns += 1
        return MatrixDevice(CONNECTION.id, self.account, self.store)

    @property
    def chat(self) -> MatrixChat:
        return MatrixChat(CONNECTION, self.device, {DUTY_OFFICER: self.duty.account}.get)

    def id(self, action: str, occasion: str = "1") -> EffectId:
        return some_id(action, f"{occasion}.{self.mark}")

    async def room(self) -> str:
        """A room that the person has joined."""
        room = (await self.chat.open_room(self.open)).ref
        await self.duty.sync()
        invitation = Invite(effect_id=self.id("room.invite"), room=room, people=(DUTY_OFFICER,))
        assert (await self.chat.invite(invitation)).missing == ()
        while room not in self.duty.client.rooms:
            await self.duty.sync()
        return room

    def post(self, room: str, words: str, occasion: str = "1", thread: str | None = None) -> Post:
        document = Document(blocks=(*MESSAGE.blocks, paragraph(words)))
        return Post(effect_id=self.id("message.post", occasion), room=room, thread=thread, document=document)

    def stored(self) -> bytes:
        """All that the server knows."""
        return b"".join(file.read_bytes() for file in self.homeserver.folder.glob("homeserver.db*"))

    async def close(self) -> None:
        await self.device.close()
        await self.duty.client.close()
