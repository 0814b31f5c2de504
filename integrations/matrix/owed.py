"""Keys of rooms that could not be given to a device: it is told so, and given them as soon as it can be.

A key goes to a device under a one-time key of that device's, which its homeserver hands out. Where that homeserver is
away, or has none left, matrix-nio counts the room's key as shared all the same and goes on without the device, which
could then read nothing that is said under that key. The key of a session is as it was when the session began, and kept
in memory, as nio keeps its sessions: a process that begins anew begins new ones.
"""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Final

from nio import AsyncClient, ToDeviceMessage
from nio.crypto import OlmDevice

from integrations.matrix.devices import ALGORITHM, devices_of
from integrations.matrix.failures import answered
from integrations.matrix.render import Json
from playbooks.domain.errors import ProviderError

_AGAIN_S: Final = 10.0
"""Between two attempts: a homeserver does not say when a device is back."""
_MOST: Final = 500
"""Keys of rooms that are remembered, the latest; with a hundred messages to each, weeks of a busy incident."""
_NO_SESSION: Final = "m.no_olm"
"""Client-server API, m.room_key.withheld: the sender could not get a one-time key of the recipient."""
_Whose = tuple[str, str]
_log: Final = logging.getLogger(__name__)


@dataclass
class _Key:
    """One room's key, and who was in the room and could not be given it."""

    content: Json
    devices: set[_Whose] = field(default_factory=set)
    accounts: set[str] = field(default_factory=set)
    """Whose homeserver did not say which devices they have."""


class OwedKeys:
    """What one connection owes; its sessions are those of one client."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._keys: dict[str, _Key] = {}
        self._told: set[_Whose] = set()

    def shared(self, client: AsyncClient, room: str) -> None:
        """Right after a room's key was shared, and before anything is said under it: who was left out is owed it."""
        olm, users = client.olm, client.rooms[room].users
        session = olm.outbound_group_sessions[room]
        reached = session.users_shared_with | session.users_ignored
        left_out = {
            (device.user_id, device.id)
            for device in devices_of(client, users)
            if (device.user_id, device.id) not in reached
        }
        unknown = {each for each in users if each in client.users_for_key_query}
        if not (left_out or unknown):
            return
        content = {
            "algorithm": ALGORITHM,
            "room_id": room,
            "session_id": session.id,
            "session_key": session.session_key,
        }
        self._keys[session.id] = _Key(content, left_out, unknown)
        while len(self._keys) > _MOST:
            del self._keys[next(iter(self._keys))]

    async def settle(self, client: AsyncClient) -> None:
        """Tell and give, again and again, beside what goes on."""
        while True:
            try:
                await self._give(client)
            except ProviderError as error:
                _log.info("%s could not give the keys that it owes: %s", self._place, error.code)
            await asyncio.sleep(_AGAIN_S)

    async def _give(self, client: AsyncClient) -> None:
        for key in self._keys.values():
            known = key.accounts - client.users_for_key_query
            key.devices |= {(each.user_id, each.id) for each in devices_of(client, known)}
            key.accounts -= known
        owed = {whose: device for whose in self._owed() if (device := self._reachable(client, whose))}
        missing: dict[str, list[str]] = {}
        for (account, id), device in owed.items():
            if not client.olm.session_store.get(device.curve25519):
                missing.setdefault(account, []).append(id)
        if missing:
            await answered(self._place, client.keys_claim(missing), reads=True)
        for whose, device in owed.items():
            if client.olm.session_store.get(device.curve25519):
                await self._paid(client, whose, device)
            elif whose not in self._told:
                await self._tell(client, whose)
        self._keys = {id: key for id, key in self._keys.items() if key.devices or key.accounts}

    def _owed(self) -> set[_Whose]:
        return {whose for key in self._keys.values() for whose in key.devices}

    def _reachable(self, client: AsyncClient, whose: _Whose) -> OlmDevice | None:
        """A device that was deleted, or is kept from what is said, is owed nothing any more."""
        account, id = whose
        found = next((each for each in devices_of(client, (account,)) if each.id == id), None)
        if found is None or client.olm.is_device_blacklisted(found):
            for key in self._keys.values():
                key.devices.discard(whose)
            return None
        return found

    async def _paid(self, client: AsyncClient, whose: _Whose, device: OlmDevice) -> None:
        """Every key that it is owed of rooms that its account is in."""
        for key in tuple(self._keys.values()):  # more may come while one is sent
            room = client.rooms.get(key.content["room_id"])
            if whose in key.devices and room is not None and device.user_id in room.users:
                session = client.olm.session_store.get(device.curve25519)
                sealed = client.olm._olm_encrypt(session, device, "m.room_key", key.content)  # noqa: SLF001  nio shares one key once
                message = ToDeviceMessage("m.room.encrypted", device.user_id, device.id, sealed)
                await answered(self._place, client.to_device(message), reads=True)
            key.devices.discard(whose)
        if whose in self._told:
            _log.warning("%s can be read on device %s of %s again", self._place, device.id, device.user_id)
        self._told.discard(whose)

    async def _tell(self, client: AsyncClient, whose: _Whose) -> None:
        """Its client says why it shows nothing; the operator reads which device it is."""
        account, id = whose
        _log.warning("%s cannot be read on device %s of %s: it has no one-time key", self._place, id, account)
        withheld: Json = {
            "algorithm": ALGORITHM,
            "code": _NO_SESSION,
            "sender_key": client.olm.account.identity_keys["curve25519"],
        }
        message = ToDeviceMessage("m.room_key.withheld", account, id, withheld)
        await answered(self._place, client.to_device(message), reads=True)
        self._told.add(whose)
