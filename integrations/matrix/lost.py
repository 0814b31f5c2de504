"""A device whose keys are not those in Muster's store any more: it is told what to do, and never speaks half.

The store was emptied or restored from an older backup, or the token is that of a device which another program uses.
The homeserver knows the device by a key that the store has not, or refuses one-time keys since it has others under
their names. Nothing at Muster's end mends that: what people's clients encrypt for keys that are gone nobody can read.
"""

from nio import AsyncClient
from vodozemac import LibolmPickleException

from integrations.matrix.account import MatrixAccount
from integrations.matrix.cross_signing import keys_of
from integrations.matrix.failures import answered
from integrations.matrix.kept import ImageStore, joined
from integrations.matrix.render import Json
from playbooks.domain.errors import Denied, Permanent
from playbooks.domain.ids import ConnectionId
from playbooks.domain.saying import saying
from playbooks.ports.device_store import DeviceStore


async def signed_in(place: str, client: AsyncClient, user: str, device: str) -> None:
    """Open the device's store, before anything is uploaded from it. Raises Denied where it is not this device's."""
    try:
        client.restore_login(user, device, client.access_token)
    except LibolmPickleException as error:
        raise Denied(saying("vendor.store_locked", who=place)) from error
    if key_at_server(await keys_of(place, client, user), user, device) not in {"", client.store.identity}:
        raise _lost(place, client)


async def keys_uploaded(place: str, client: AsyncClient) -> None:
    """Upload the keys that are due. Raises Denied where the homeserver has others, and other ProviderErrors."""
    try:
        await answered(place, client.keys_upload(), reads=True)
    except Permanent as error:
        raise _lost(place, client) from error
    client.store.lose(is_lost=False)


async def examined(
    place: ConnectionId, account: MatrixAccount, store: DeviceStore, user: str, device: str, key: str
) -> None:
    """The same asked of the store as it is kept, by any process; `key` as the homeserver has it. Raises Denied."""
    image = joined(await store.sectors(place))
    if not image and account.former is not None and account.former.exists():
        return
    try:
        kept = ImageStore(user, device, account.store_key.get_secret_value(), image)
        is_lost = kept.is_lost or key not in {"", kept.identity}
    except LibolmPickleException as error:
        raise Denied(saying("vendor.store_locked", who=place)) from error
    if is_lost:
        raise Denied(saying("vendor.store_lost", who=place, device=device))


def key_at_server(held: Json, user: str, device: str) -> str:
    """The key by which the homeserver knows a device; empty where it knows none."""
    own = held.get("device_keys", {}).get(user, {}).get(device, {})
    return str(own.get("keys", {}).get(f"ed25519:{device}", ""))


def _lost(place: str, client: AsyncClient) -> Denied:
    client.store.lose(is_lost=True)
    return Denied(saying("vendor.store_lost", who=place, device=client.device_id or ""))
