"""Muster's device signed by Muster's own account, as today's clients ask before they show what it says.

Done again at each sign-in, which changes nothing when all is signed. Where it cannot be done (the homeserver asks for
the account's password, or somebody set up other keys for the account), the device works on as before, and the operator
is told what to do.
"""

import json
from typing import Final

from nio import AsyncClient, ErrorResponse

from integrations.matrix.failures import answered
from integrations.matrix.identity import Identity, device_is_signed, master_of
from integrations.matrix.render import Json
from playbooks.domain.errors import Denied
from playbooks.domain.saying import saying

_API: Final = "/_matrix/client/v3"
_INTERACTIVE: Final = 401


async def keys_of(place: str, client: AsyncClient, *accounts: str) -> Json:
    """What the homeserver holds of accounts' keys (`POST /keys/query`). Raises ProviderErrors."""
    return await _asked(place, client, "/keys/query", {"device_keys": {account: [] for account in accounts}})


async def cross_sign(place: str, client: AsyncClient, secret: str) -> None:
    """Have the account's own keys sign this device; they are made when the account has none.

    Raises Denied with what to do where people must do it, and other ProviderErrors.
    """
    account, device = client.user_id, client.device_id or ""
    held = await keys_of(place, client, account)
    if device_is_signed(held, account, device):
        return
    identity = Identity(account, secret)
    if (master := master_of(held, account)) is None:
        await _asked(place, client, "/keys/device_signing/upload", identity.announcement())
    elif master != identity.master:
        raise Denied(saying("vendor.keys_not_ours", who=place, device=device))
    signed = {account: {device: identity.signature_of(held["device_keys"][account][device])}}
    await _asked(place, client, "/keys/signatures/upload", signed)


async def _asked(place: str, client: AsyncClient, path: str, body: Json) -> Json:
    return await answered(place, _answer(place, client, path, body), reads=True)


async def _answer(place: str, client: AsyncClient, path: str, body: Json) -> Json | ErrorResponse:
    headers = {"Authorization": f"Bearer {client.access_token}", "Content-Type": "application/json"}
    async with await client.send("POST", _API + path, json.dumps(body), headers) as response:
        said: Json = await response.json(content_type=None)
        if response.status == _INTERACTIVE and "flows" in said:
            raise Denied(saying("vendor.password_asked", who=place))
        if response.status >= 400:
            error = ErrorResponse.from_dict(said)
            error.transport_response = response
            return error
        return said
