"""Keys of rooms that could not be given to a device: it is told so, and given them as soon as it can be.

A key goes to a device under a one-time key of that device's, which its homeserver hands out. Where that homeserver is
away, or has none left, matrix-nio counts the room's key as shared all the same and goes on without the device, which
could then read nothing that is said under that key. What is owed is in the device's store before anything is said
under it, as the session was when it began: whichever process speaks next gives it (`owed_rows.py`).
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from nio import AsyncClient, ToDeviceMessage
from nio.crypto import OlmDevice, OutboundGroupSession

from integrations.matrix.devices import ALGORITHM, Withheld, devices_of
from integrations.matrix.failures import answered
from integrations.matrix.owed_rows import Owed, OwedRows, Whose
from integrations.matrix.render import Json
from playbooks.domain.errors import ProviderError

_AGAIN_S: Final = 10.0
"""Between two attempts: a homeserver does not say when a device is back."""
_NO_SESSION: Final = "m.no_olm"
"""Client-server API, m.room_key.withheld: the sender could not get a one-time key of the recipient."""
_log: Final = logging.getLogger(__name__)


class OwedKeys:
    """What one connection owes; its rows are those of the client's store."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._told: set[Whose] = set()

    def shared(self, client: AsyncClient, room: str) -> None:
        """Right after a room's key was shared, and before anything is said under it: who was left out is owed it."""
        users = client.rooms[room].users
        session = client.olm.outbound_group_sessions[room]
        reached = session.users_shared_with | session.users_ignored
        left_out = {(device.user_id, device.id) for device in devices_of(client, users)} - reached
        unknown = {each for each in users if each in client.users_for_key_query}
        if left_out or unknown:
            owed = Owed(room, session.id, session.pickle(client.store.pickle_key))
            _rows(client).add(owed, left_out, unknown)

    async def settle(self, client: AsyncClient) -> None:
        """Tell and give, again and again, beside what goes on."""
        while True:
            try:
                await self._give(client)
            except ProviderError as error:
                _log.info("%s could not give the keys that it owes: %s", self._place, error.code)
            await asyncio.sleep(_AGAIN_S)

    async def _give(self, client: AsyncClient) -> None:
        rows = _rows(client)
        for account in rows.accounts() - client.users_for_key_query:
            rows.name(account, [device.id for device in devices_of(client, (account,))])
        owed = {whose: device for whose in rows.devices() if (device := self._reachable(client, whose))}
        missing: dict[str, list[str]] = {}
        for (account, id), device in owed.items():
            if not client.olm.session_store.get(device.curve25519):
                missing.setdefault(account, []).append(id)
        if missing:
            await answered(self._place, client.keys_claim(missing), reads=True)
        untold: dict[Whose, OlmDevice] = {}
        for whose, device in owed.items():
            if client.olm.session_store.get(device.curve25519):
                await self._pay(client, whose, device)
            elif whose not in self._told:
                untold[whose] = device
        if untold:
            await self._tell(client, untold)

    def _reachable(self, client: AsyncClient, whose: Whose) -> OlmDevice | None:
        """A device that was deleted, or is kept from what is said, is owed nothing any more."""
        account, id = whose
        found = next((each for each in devices_of(client, (account,)) if each.id == id), None)
        if found is None or client.olm.is_device_blacklisted(found):
            _rows(client).drop(whose)
            return None
        return found

    async def _pay(self, client: AsyncClient, whose: Whose, device: OlmDevice) -> None:
        """Every key that it is owed of rooms that its account is in."""
        rows = _rows(client)
        for owed in rows.to(whose):
            room = client.rooms.get(owed.room)
            if room is not None and device.user_id in room.users:
                session = client.olm.session_store.get(device.curve25519)
                sealed = client.olm._olm_encrypt(session, device, "m.room_key", _key(client, owed))  # noqa: SLF001  nio shares one key once
                message = ToDeviceMessage("m.room.encrypted", device.user_id, device.id, sealed)
                await answered(self._place, client.to_device(message), reads=True)
            rows.drop(whose, owed.session)
        _log.warning("%s can be read on device %s of %s again", self._place, device.id, device.user_id)
        self._told.discard(whose)

    async def _tell(self, client: AsyncClient, devices: Mapping[Whose, OlmDevice]) -> None:
        """Their clients say why they show nothing; the operator reads which devices these are."""
        for account, id in devices:
            _log.warning(
                "%s cannot be read on device %s of %s: it has no one-time key", self._place, id, account
            )
        withheld: Json = {
            "algorithm": ALGORITHM,
            "code": _NO_SESSION,
            "sender_key": client.olm.account.identity_keys["curve25519"],
        }
        message = Withheld(withheld, devices.values())
        await answered(self._place, client.to_device(message), reads=True)
        self._told |= devices.keys()


def _rows(client: AsyncClient) -> OwedRows:
    rows: OwedRows = client.store.owed
    return rows


def _key(client: AsyncClient, owed: Owed) -> Json:
    """Client-server API, m.room_key: the key as it was before anything was said under it."""
    session = OutboundGroupSession.from_pickle(owed.pickle, client.store.pickle_key)
    return {
        "algorithm": ALGORITHM,
        "room_id": owed.room,
        "session_id": owed.session,
        "session_key": session.session_key,
    }
