"""To which of people's devices Muster speaks: to all that they have, or to those alone that their accounts sign.

docs/decisions/matrix-trust-of-devices.md has why. A device that gets nothing is told so (m.room_key.withheld), and its
client says why it shows nothing.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Final

from nio import AsyncClient, MatrixRoom, ToDeviceMessage
from nio.crypto import OlmDevice

from integrations.matrix.cross_signing import keys_of
from integrations.matrix.failures import answered
from integrations.matrix.identity import device_is_signed
from integrations.matrix.render import Json

ALGORITHM: Final = "m.megolm.v1.aes-sha2"
_UNSIGNED: Final = "m.unverified"


class Devices(StrEnum):
    """Which devices of people are given what Muster says."""

    ALL = "all"
    """Whoever is in the room reads, on whatever she has at hand."""
    SIGNED = "signed"
    """A device that its account did not sign gets nothing: one that somebody added who had her password alone."""


class SignedDevices:
    """Keeps the keys of rooms from devices that their accounts do not sign."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._told: set[tuple[str, str, str]] = set()

    async def choose(self, client: AsyncClient, room: MatrixRoom) -> None:
        """Before something is said: who gets the key, as the accounts' signatures stand now. Raises ProviderErrors."""
        accounts = [account for account in room.users if account != client.user_id]
        held = await keys_of(self._place, client, *accounts)
        for device in devices_of(client, accounts):
            if _is_signed(held, device):
                client.unblacklist_device(device)
            else:
                client.blacklist_device(device)

    async def tell(self, client: AsyncClient, room: MatrixRoom) -> None:
        """After it: each device that got no key is told, once for each key. Raises ProviderErrors."""
        olm = client.olm
        session = olm.outbound_group_sessions.get(room.room_id) if olm else None
        if olm is None or session is None:
            return
        withheld: Json = {
            "algorithm": ALGORITHM,
            "code": _UNSIGNED,
            "room_id": room.room_id,
            "session_id": session.id,
            "sender_key": olm.account.identity_keys["curve25519"],
        }
        untold = {
            (session.id, device.user_id, device.id): device
            for device in devices_of(client, list(room.users))
            if olm.is_device_blacklisted(device)
        }
        for told in self._told & untold.keys():
            del untold[told]
        if untold:
            message = Withheld(withheld, untold.values())
            await answered(self._place, client.to_device(message), reads=True)
            self._told |= untold.keys()


class Withheld(ToDeviceMessage):  # type: ignore[misc]  # nio has no types
    """Why devices get no key of a room, to all of them in one request; nio's messages go to one device each."""

    def __init__(self, content: Json, devices: Iterable[OlmDevice]) -> None:
        super().__init__("m.room_key.withheld", "", "", content)
        self._devices = tuple(devices)

    def as_dict(self) -> Json:
        """The body of the request."""
        messages: dict[str, Json] = {}
        for device in self._devices:
            messages.setdefault(device.user_id, {})[device.id] = self.content
        return {"messages": messages}


def devices_of(client: AsyncClient, accounts: Iterable[str]) -> Iterator[OlmDevice]:
    """The devices of people, as far as they are known; none of Muster's own."""
    for account in accounts:
        if account != client.user_id:
            yield from client.device_store.active_user_devices(account)


def _is_signed(held: Json, device: OlmDevice) -> bool:
    """Whether the account signs it, and it is the device that keys are shared with."""
    if not device_is_signed(held, device.user_id, device.id):
        return False
    keys = held["device_keys"][device.user_id][device.id]["keys"]
    shared = {f"ed25519:{device.id}": device.ed25519, f"curve25519:{device.id}": device.curve25519}
    return bool(keys == shared)
