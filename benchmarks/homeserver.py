"""A real Synapse beside, and accounts on it that do no more than they are told: bare calls of the client-server API."""

import asyncio
import hashlib
import hmac
import itertools
from collections.abc import AsyncIterator, Awaitable, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, TypeVar
from urllib.parse import quote

import httpx
from nio import Api
from vodozemac import Account

from tests.synapse import PASSWORD, SECRET, Synapse, synapse

TOGETHER: Final = 10
"""Calls side by side, as many as Muster makes."""
A_REQUEST: Final = 20
"""Devices that matrix-nio gives a room's key in one request."""
_ONE_TIME_KEYS: Final = 10
_SEALED: Final = "A" * 1_200
"""About as long as a room's key, sealed for a device that hears from us for the first time."""
_PATIENCE_S: Final = 60
_numbers = itertools.count()
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Caller:
    """One account and its one device."""

    web: httpx.AsyncClient
    id: str
    device: str
    token: str

    async def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request. Raises httpx.HTTPStatusError."""
        said = await self.web.request(
            method,
            f"/_matrix/client/v3{path}",
            json=body if method != "GET" else None,
            headers={"Authorization": f"Bearer {self.token}"},
        )
        answer: dict[str, Any] = said.raise_for_status().json()
        return answer

    async def upload_keys(self) -> None:
        """Identity keys and one-time keys, signed as a client signs them."""
        account = Account()
        account.generate_one_time_keys(_ONE_TIME_KEYS)
        device = {
            "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
            "device_id": self.device,
            "user_id": self.id,
            "keys": {
                f"curve25519:{self.device}": account.curve25519_key.to_base64(),
                f"ed25519:{self.device}": account.ed25519_key.to_base64(),
            },
        }
        keys = {
            f"signed_curve25519:{id}": self._signed(account, {"key": key.to_base64()})
            for id, key in account.one_time_keys.items()
        }
        body = {"device_keys": self._signed(account, device), "one_time_keys": keys}
        await self.call("POST", "/keys/upload", body)

    async def room(self) -> str:
        """A room of its own, into which nobody is invited yet."""
        return str((await self.call("POST", "/createRoom", {"preset": "private_chat"}))["room_id"])

    async def invite(self, room: str, account: str) -> None:
        """One account into one room."""
        await self.call("POST", f"/rooms/{quote(room)}/invite", {"user_id": account})

    async def join(self, room: str) -> None:
        """Take an invitation."""
        await self.call("POST", f"/rooms/{quote(room)}/join", {})

    async def say(self, room: str, words: str) -> str:
        """A line that is not encrypted."""
        path = f"/rooms/{quote(room)}/send/m.room.message/{next(_numbers)}"
        return str((await self.call("PUT", path, {"msgtype": "m.text", "body": words}))["event_id"])

    async def claim(self, devices: Sequence["Caller"]) -> None:
        """A one-time key of each device, in one request."""
        wanted = {each.id: {each.device: "signed_curve25519"} for each in devices}
        await self.call("POST", "/keys/claim", {"one_time_keys": wanted})

    async def share(self, devices: Sequence["Caller"]) -> None:
        """Something as long as a room's key to each device, in as many requests as matrix-nio makes, side by side."""
        chunks = (devices[first : first + A_REQUEST] for first in range(0, len(devices), A_REQUEST))
        await asyncio.gather(*map(self._give, chunks))

    async def heard(self, room: str, since: str = "") -> tuple[str, list[dict[str, Any]]]:
        """The place in the stream, and what was said in this room since the earlier one."""
        path = f"/sync?timeout=30000&since={since}" if since else "/sync?timeout=0"
        said = await self.call("GET", path)
        joined = said.get("rooms", {}).get("join", {}).get(room, {})
        return str(said["next_batch"]), joined.get("timeline", {}).get("events", [])

    async def _give(self, devices: Sequence["Caller"]) -> None:
        messages = {each.id: {each.device: {"body": _SEALED}} for each in devices}
        path = f"/sendToDevice/muster.benchmark/{next(_numbers)}"
        await self.call("PUT", path, {"messages": messages})

    def _signed(self, account: Account, said: dict[str, Any]) -> dict[str, Any]:
        signature = account.sign(Api.to_canonical_json(said).encode()).to_base64()
        return {**said, "signatures": {self.id: {f"ed25519:{self.device}": signature}}}


@asynccontextmanager
async def homeserver() -> AsyncIterator[tuple[Synapse, httpx.AsyncClient]]:
    """For as long as the block runs, and a client of its API; without limits of rate."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="muster-bench-", dir="/tmp")))
        server = await asyncio.to_thread(stack.enter_context, synapse(folder))
        async with httpx.AsyncClient(base_url=server.url, timeout=_PATIENCE_S) as web:
            yield server, web


async def registered(server: Synapse, web: httpx.AsyncClient, user: str) -> Caller:
    """A new account with a device whose keys are uploaded, by the secret that the homeserver shares with us."""
    path = "/_synapse/admin/v1/register"
    nonce = (await web.get(path)).raise_for_status().json()["nonce"]
    said = f"{nonce}\0{user}\0{PASSWORD}\0notadmin"
    mac = hmac.new(SECRET.encode(), said.encode(), hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": user, "password": PASSWORD, "admin": False, "mac": mac}
    made = (await web.post(path, json=body)).raise_for_status().json()
    caller = Caller(web, server.account(user), made["device_id"], made["access_token"])
    await caller.upload_keys()
    return caller


async def side_by_side(calls: Iterable[Awaitable[Answer]]) -> list[Answer]:
    """Their answers in order, ten under way at a time."""
    free = asyncio.Semaphore(TOGETHER)

    async def one(call: Awaitable[Answer]) -> Answer:
        async with free:
            return await call

    return await asyncio.gather(*map(one, calls))
